//! `argus sign`: the header of one signed request, for `curl -H "$(argus sign ...)"`.

use std::path::PathBuf;

use argus_core::authentication::signature::Signer;
use argus_core::clock::{Clock, Ids};
use clap::Args;

use super::console;

/// What is signed, and with what.
#[derive(Args)]
pub struct SignArgs {
    /// The address of the request; what stands behind ? or # does not count
    url: String,
    /// File of the private key: PKCS#8, PEM
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Name of the key: <domain>/<user>/<index>
    #[arg(long, value_name = "NAME")]
    id: String,
}

/// Prints the header. It is good once, for this address, for a minute.
pub fn run(args: &SignArgs) -> Result<(), String> {
    let clock = Clock::system();
    let pem = std::fs::read_to_string(&args.key).map_err(|error| format!("{}: {error}", args.key.display()))?;
    let signer = Signer::from_pem(&pem, &Ids::new(clock.clone()));
    let unreadable = || format!("{}: no private key in PKCS#8, EC on P-256 or RSA", args.key.display());
    let header = signer.ok_or_else(unreadable)?.header(&args.id, &args.url, clock.now_millis());
    console::say(&format!("Argus-Signature: {}", header.ok_or("the key cannot sign")?));
    Ok(())
}
