//! Wire types of API keys, shared by apikey/v1 and the client's own paths under authentication/v1 (sdk-contract 3.5).

use argus_identity::entity::api_key;
use ipnet::IpNet;
use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::Value;

use super::{flags, parse_list};
use crate::app::Platform;
use crate::clock::millis;
use crate::error::ApiError;
use crate::info::{CustomerInfo, FunctionInfo, UserInfo};

/// A key to be made.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase")]
pub struct KeyRequest {
    /// What it is for.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub description: String,
    /// Days until it expires; 90 when absent, 0 for never (administrators only).
    #[oai(validator(minimum(value = "0"), maximum(value = "36500")))]
    pub expiration_days: Option<i32>,
    /// Never expires (administrators only).
    pub disable_expiration: Option<bool>,
    /// Can be used from anywhere (administrators only).
    pub disable_source_restriction: Option<bool>,
    /// Networks or addresses it can be used from: a list of texts, a single text, or objects `{address, maskBits}`.
    pub valid_sources: Option<Any<Value>>,
    /// The same in a longer form; `provider` is `staticIP` (with `staticOptions`) or `disabled`.
    pub source: Option<KeySourceRequest>,
    /// What it is cut to.
    pub session_constraints: Option<SessionConstraints>,
    /// The caller's password, as a proof; not needed for a session with a second factor.
    #[oai(validator(max_length = 1024))]
    pub password: Option<String>,
    /// An authorization token for `apikey.create`, in place of the password.
    #[oai(validator(max_length = 8192))]
    pub authorization: Option<String>,
    /// Whose key, by number or short name; the caller's own when absent.
    #[oai(validator(max_length = 255))]
    pub user: Option<String>,
}

/// Where a key can be used from, in the longer form.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase")]
pub struct KeySourceRequest {
    /// `staticIP` or `disabled`; `aws`, `azure` and `github` are not available.
    #[oai(validator(max_length = 20))]
    pub provider: Option<String>,
    /// For `staticIP`.
    pub static_options: Option<KeyStaticOptions>,
}

/// Fixed networks.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase")]
pub struct KeyStaticOptions {
    /// Networks or addresses.
    #[oai(validator(max_items = 1000))]
    pub ip_addresses: Vec<String>,
}

/// What a key is cut to.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase")]
pub struct SessionConstraints {
    /// Customers, by number.
    #[oai(rename = "customerID", validator(max_items = 1000))]
    pub customer_id: Option<Vec<i64>>,
    /// Functions, by name.
    #[oai(validator(max_items = 1000))]
    pub function: Option<Vec<String>>,
    /// Functions, by number.
    #[oai(rename = "functionID", validator(max_items = 1000))]
    pub function_id: Option<Vec<i64>>,
    /// Only functions that read.
    pub read_only: Option<bool>,
}

/// A new period.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase")]
pub struct KeyRenewal {
    /// Days from now; 90 when absent, 0 for never (administrators only).
    #[oai(validator(minimum(value = "0"), maximum(value = "36500")))]
    pub expiration_days: Option<i32>,
    /// Never expires (administrators only).
    pub disable_expiration: Option<bool>,
    /// The caller's password, as a proof.
    #[oai(validator(max_length = 1024))]
    pub password: Option<String>,
    /// An authorization token for `apikey.renew`, in place of the password.
    #[oai(validator(max_length = 8192))]
    pub authorization: Option<String>,
}

/// A key just made. The string is shown this once.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewKey {
    /// The whole key, for the header `Argus-API-Key`.
    pub api_key_string: String,
    /// What can be seen of it later.
    pub key_descriptor: KeyDescriptor,
}

/// What can be seen of a key.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct KeyDescriptor {
    /// `<user>/<idx>`.
    pub prefix: String,
    /// What it is for.
    pub description: String,
    /// Whose.
    pub user: Option<UserInfo>,
    /// When it was made, in ms.
    pub created_timestamp: i64,
    /// By whom.
    pub created_by_user: Option<UserInfo>,
    /// The last moment it is good, in ms; 0 for no end.
    pub valid_until: i64,
    /// The last use, in ms; null until used.
    pub last_used_timestamp: Option<i64>,
    /// From where it was last used; null until used.
    #[oai(rename = "lastUsedIP")]
    pub last_used_ip: Option<IpNetwork>,
    /// Networks it can be used from; empty for any.
    pub valid_sources: Vec<IpNetwork>,
    /// The same in the longer form.
    pub source: KeySource,
    /// What it is cut to.
    pub constraints: KeyConstraints,
    /// `revoked`, `expired`, `rotated`.
    pub flags: Vec<String>,
}

/// Where a key can be used from.
#[derive(Debug, Clone, Object)]
pub struct KeySource {
    /// `staticIP` or `disabled`.
    pub provider: String,
}

/// What a key is cut to; empty lists are no cut.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct KeyConstraints {
    /// Customers.
    pub customers: Vec<CustomerInfo>,
    /// Functions.
    pub functions: Vec<FunctionInfo>,
    /// Only functions that read.
    pub read_only: bool,
}

/// An address or a network.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct IpNetwork {
    /// The address.
    pub address: String,
    /// Length of the network part.
    pub mask_bits: i32,
    /// Whether it is a single address.
    pub host: bool,
    /// Whether it is IPv6.
    pub ipv6: bool,
    /// Whether it is a multicast address.
    pub multicast: bool,
    /// Whether it is neither private, loopback nor link-local.
    pub public: bool,
}

impl From<IpNet> for IpNetwork {
    fn from(network: IpNet) -> Self {
        let address = network.addr();
        let local = match address {
            std::net::IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
            std::net::IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
        };
        Self {
            address: address.to_string(),
            mask_bits: i32::from(network.prefix_len()),
            host: network.prefix_len() == network.max_prefix_len(),
            ipv6: address.is_ipv6(),
            multicast: address.is_multicast(),
            public: !local && !address.is_multicast() && !address.is_unspecified(),
        }
    }
}

/// Rows as descriptors.
///
/// # Errors
/// When the store fails.
pub async fn describe(platform: &Platform, rows: &[api_key::Model]) -> Result<Vec<KeyDescriptor>, ApiError> {
    let tree = platform.directory.tree().await?;
    let people = rows.iter().flat_map(|row| [row.user_id, row.created_by]).collect();
    let people = platform.directory.users(people).await?;
    let person = |id: i64| people.get(&id).map(|user| tree.user_info(user));
    let now = platform.clock.now();
    rows.iter()
        .map(|row| {
            let sources: Option<Vec<IpNet>> = parse_list(row.sources.as_deref())?;
            let functions: Vec<String> = parse_list(row.functions.as_deref())?.unwrap_or_default();
            let customers: Vec<i64> = parse_list(row.customers.as_deref())?.unwrap_or_default();
            let provider = if sources.is_some() { "staticIP" } else { "disabled" };
            Ok(KeyDescriptor {
                prefix: row.prefix.clone(),
                description: row.description.clone(),
                user: person(row.user_id),
                created_timestamp: millis(row.created_at),
                created_by_user: person(row.created_by),
                valid_until: row.valid_until.map_or(0, millis),
                last_used_timestamp: row.last_used_at.map(millis),
                last_used_ip: row
                    .last_used_ip
                    .as_deref()
                    .and_then(|ip| ip.parse::<std::net::IpAddr>().ok())
                    .map(|ip| IpNet::from(ip).into()),
                valid_sources: sources.unwrap_or_default().into_iter().map(IpNetwork::from).collect(),
                source: KeySource { provider: provider.to_owned() },
                constraints: KeyConstraints {
                    customers: customers.into_iter().filter_map(|id| tree.customer_info(id)).collect(),
                    functions: functions.iter().filter_map(|name| tree.find_function(name)).map(Into::into).collect(),
                    read_only: row.read_only,
                },
                flags: flags(row, now),
            })
        })
        .collect()
}
