//! Networks that a key can be used from.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::Value;

use super::wire::KeyRequest;
use crate::authentication::client_ip::unmapped;
use crate::error::FieldErrors;

/// Widest networks of a plain user's key.
const WIDEST: (u8, u8) = (8, 32);

/// Sources a key may have.
pub(super) const MOST_SOURCES: usize = 1000;

/// The sources that a request names; none for anywhere.
pub(super) fn read(request: &KeyRequest, administrator: bool, errors: &mut FieldErrors) -> Option<Vec<IpNet>> {
    let (field, given, disabled) = given_sources(request, errors)?;
    let field =
        if disabled && request.disable_source_restriction == Some(true) { "disableSourceRestriction" } else { field };
    if disabled {
        if !administrator {
            let text = "Only an administrator can make a key that is good from anywhere";
            errors.add(field, "apikey.source.required", text);
        }
        return None;
    }
    let networks = read_networks(field, &given, errors);
    if given.is_empty() && !administrator {
        errors.add("validSources", "apikey.source.required", "At least one source is required");
    }
    if !administrator {
        check_width(field, &networks, errors);
    }
    (!networks.is_empty()).then_some(networks)
}

/// The field that names sources, what it names, and whether sources are switched off. None after an error.
fn given_sources(request: &KeyRequest, errors: &mut FieldErrors) -> Option<(&'static str, Vec<Value>, bool)> {
    let disabled = request.disable_source_restriction == Some(true);
    let Some(source) = &request.source else {
        let given = request.valid_sources.as_ref().map(|sources| match &sources.0 {
            Value::Array(items) => items.clone(),
            Value::Null => Vec::new(),
            single => vec![single.clone()],
        });
        return Some(("validSources", given.unwrap_or_default(), disabled));
    };
    match source.provider.as_deref().unwrap_or("staticIP") {
        "disabled" => Some(("source", Vec::new(), true)),
        "staticIP" => {
            let addresses = source.static_options.iter().flat_map(|options| &options.ip_addresses);
            Some(("source", addresses.map(|text| Value::String(text.clone())).collect(), disabled))
        }
        _ => {
            errors.add("source", "invalid.field.value", "The provider must be staticIP or disabled");
            None
        }
    }
}

/// Reads networks; host bits and IPv4-mapped networks are refused, not mended.
pub(crate) fn read_networks(field: &str, given: &[Value], errors: &mut FieldErrors) -> Vec<IpNet> {
    if given.len() > MOST_SOURCES {
        errors.add(field, "invalid.field.length", format!("Must have at most {MOST_SOURCES} elements"));
        return Vec::new();
    }
    let mut networks = Vec::new();
    for item in given {
        match network(item) {
            Ok(network) if !networks.contains(&network) => networks.push(network),
            Ok(_) => {}
            Err(problem) => {
                errors.add(field, "invalid.field.value", problem);
                break;
            }
        }
    }
    networks
}

fn network(item: &Value) -> Result<IpNet, String> {
    let text = match item {
        Value::String(text) => text.trim().to_owned(),
        Value::Object(parts) => {
            let address = parts.get("address").and_then(Value::as_str).ok_or("An address is missing")?;
            match parts.get("maskBits").filter(|bits| !bits.is_null()) {
                Some(bits) => format!("{address}/{bits}"),
                None => address.to_owned(),
            }
        }
        _ => return Err("Must be a text or an object with address and maskBits".to_owned()),
    };
    let shown: String = text.chars().take(64).collect();
    let network: IpNet = match text.parse::<IpAddr>() {
        Ok(address) => unmapped(address).into(),
        Err(_) => text.parse().map_err(|_| format!("{shown} is not an address or a network"))?,
    };
    if network.trunc() != network {
        return Err(format!("{shown} has bits beyond its mask; the network is {}", network.trunc()));
    }
    if matches!(network, IpNet::V6(v6) if v6.addr().to_ipv4_mapped().is_some()) {
        return Err(format!("{shown} is an IPv4-mapped network; write it as IPv4"));
    }
    Ok(network)
}

pub(super) fn check_width(field: &str, networks: &[IpNet], errors: &mut FieldErrors) {
    let too_wide = |network: &&IpNet| match network {
        IpNet::V4(v4) => v4.prefix_len() < WIDEST.0,
        IpNet::V6(v6) => v6.prefix_len() < WIDEST.1,
    };
    if let Some(network) = networks.iter().find(too_wide) {
        let text = format!("{network} is too wide: at most /{} (IPv6 /{})", WIDEST.0, WIDEST.1);
        errors.add(field, "apikey.source.too.wide", text);
    }
}
