//! What the log finds out about logins: with what, and from where. Once, when they are written.

use crate::derive;
use crate::device::device;
use crate::event::Model;
use crate::location::Places;

/// The row, and of a login also device and location where the sender did not say them.
pub fn completed(row: Model, places: &Places) -> Model {
    if row.verb.as_deref() != Some("LOGIN") {
        return row;
    }
    let address = row.client_ip.as_deref().and_then(derive::address_of);
    let device = row.device.or_else(|| row.user_agent.as_deref().and_then(device));
    let location = row.location.or_else(|| places.of(address?));
    Model { device, location, ..row }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::empty;

    #[test]
    fn what_was_sent_stays_and_others_get_nothing() {
        let agent = Some("curl/8.5.0".to_owned());
        let row = |verb: &str| Model { verb: Some(verb.to_owned()), user_agent: agent.clone(), ..empty() };
        let places = Places::default();
        assert_eq!(completed(row("LOGIN"), &places).device.as_deref(), Some("curl"));
        assert_eq!(completed(row("LOGOUT"), &places), row("LOGOUT"));
        let sent = Model { device: Some("Toaster".to_owned()), location: Some("Home".to_owned()), ..row("LOGIN") };
        assert_eq!(completed(sent.clone(), &places), sent);
    }
}
