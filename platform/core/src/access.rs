//! Who may do what: levels, functions, and [`Caller`], the gate that every operation takes as its first parameter.
//!
//! Extractors run in order, so a caller who may not do something hears 401 or 403 before anything about the input is
//! looked at. The gate's type is also what the document shows as `security`, `x-function` and `x-level`
//! (`openapi.rs`): the rule stands in one place.

mod level;

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use poem::http::StatusCode;
use poem::{Request, RequestBody};
use poem_openapi::registry::Registry;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::authentication::Principal;
use crate::context::RequestContext;
use crate::error::ApiError;

pub use crate::rights::CustomerSet;
pub use level::Level;

/// A function: a named permission with a minimum level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// Name, unique among all modules.
    pub name: &'static str,
    /// The least level at which it can be used.
    pub level: Level,
    /// Whether it only reads: what a read-only key may use.
    pub read_only: bool,
}

/// What an operation asks of its caller.
pub trait Gate: Send + Sync + 'static {
    /// A function's name, `self`, or `public`: what the documents show as `x-function`.
    const NAME: &'static str;
    /// The least level.
    const LEVEL: Level;
    /// Whether the operation only reads.
    const READ_ONLY: bool;
    /// The function that is needed, if any.
    const FUNCTION: Option<Function>;
    /// Whether callers who did not say who they are get in.
    const ANONYMOUS: bool = false;
    /// Whether whoever must set another password first gets in.
    const PASSWORD_MAY_BE_DUE: bool = false;
    /// Whether the function is needed at the root customer, since what is changed is the same for all.
    const AT_ROOT: bool = false;
}

/// Another gate, and its function is needed at the root customer: for what is the same for all customers.
#[derive(Debug)]
pub struct AtRoot<G>(PhantomData<G>);

impl<G: Gate> Gate for AtRoot<G> {
    const NAME: &'static str = G::NAME;
    const LEVEL: Level = G::LEVEL;
    const READ_ONLY: bool = G::READ_ONLY;
    const FUNCTION: Option<Function> = G::FUNCTION;
    const AT_ROOT: bool = true;
    const PASSWORD_MAY_BE_DUE: bool = G::PASSWORD_MAY_BE_DUE;
}

/// Anybody, also without any credential.
#[derive(Debug)]
pub struct Public;

impl Gate for Public {
    const NAME: &'static str = "public";
    const LEVEL: Level = Level::External;
    const READ_ONLY: bool = true;
    const FUNCTION: Option<Function> = None;
    const ANONYMOUS: bool = true;
    const PASSWORD_MAY_BE_DUE: bool = true;
}

/// Anybody who is known, about itself, at any level.
#[derive(Debug)]
pub struct Myself;

impl Gate for Myself {
    const NAME: &'static str = "self";
    const LEVEL: Level = Level::External;
    const READ_ONLY: bool = true;
    const FUNCTION: Option<Function> = None;
}

/// Anybody who is known, about its own session, also when another password has to be set first.
#[derive(Debug)]
pub struct MySession;

impl Gate for MySession {
    const NAME: &'static str = "self";
    const LEVEL: Level = Level::External;
    const READ_ONLY: bool = true;
    const FUNCTION: Option<Function> = None;
    const PASSWORD_MAY_BE_DUE: bool = true;
}

/// Anybody who is known, about itself, at level default: changing one's own credentials.
#[derive(Debug)]
pub struct MyselfDefault;

impl Gate for MyselfDefault {
    const NAME: &'static str = "self";
    const LEVEL: Level = Level::Default;
    const READ_ONLY: bool = false;
    const FUNCTION: Option<Function> = None;
}

/// Anybody who is known, at any level, changing what is of no weight for its rights: own preferences, own picture.
/// Credentials that only read cannot.
#[derive(Debug)]
pub struct MyselfWriting;

impl Gate for MyselfWriting {
    const NAME: &'static str = "self";
    const LEVEL: Level = Level::External;
    const READ_ONLY: bool = false;
    const FUNCTION: Option<Function> = None;
}

/// Declares a module's functions, each with its gate type, and the list that the module makes known.
///
/// ```
/// argus_core::functions! {
///     /// Read audit events.
///     ViewAuditEvents = "viewAuditEvents", External, read_only: true;
/// }
/// assert_eq!(FUNCTIONS[0].name, "viewAuditEvents");
/// ```
#[macro_export]
macro_rules! functions {
    ($($(#[$doc:meta])* $gate:ident = $name:literal, $level:ident, read_only: $read_only:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $gate;

            impl $crate::access::Gate for $gate {
                const NAME: &'static str = $name;
                const LEVEL: $crate::access::Level = $crate::access::Level::$level;
                const READ_ONLY: bool = $read_only;
                const FUNCTION: Option<$crate::access::Function> = Some($crate::access::Function {
                    name: $name,
                    level: $crate::access::Level::$level,
                    read_only: $read_only,
                });
            }
        )*

        /// Every function of this module.
        pub const FUNCTIONS: &[$crate::access::Function] = &[$($crate::access::Function {
            name: $name,
            level: $crate::access::Level::$level,
            read_only: $read_only,
        }),*];
    };
}

/// The caller of an operation that asks for `G`, and everything known of the request.
///
/// A parameter of this type is the permission check: no operation runs without it (`tests/it/access.rs`).
pub struct Caller<G> {
    context: Arc<RequestContext>,
    gate: PhantomData<G>,
}

impl<G> Deref for Caller<G> {
    type Target = RequestContext;

    fn deref(&self) -> &RequestContext {
        &self.context
    }
}

impl<G: Gate> Caller<G> {
    /// Who it is.
    ///
    /// # Errors
    /// 401 when the caller did not say; only a [`Public`] gate lets such a caller in.
    pub fn principal(&self) -> Result<&Arc<Principal>, ApiError> {
        self.context.principal().ok_or_else(missing)
    }

    /// The customers on which the caller may use the gate's function.
    #[must_use]
    pub fn scope(&self) -> CustomerSet {
        match (self.context.principal(), G::FUNCTION) {
            (Some(principal), Some(function)) => principal.customers_for(function.name),
            _ => CustomerSet::none(),
        }
    }
}

fn missing() -> ApiError {
    ApiError::unauthorized("authentication.required", "This operation needs a credential")
}

fn password_due() -> ApiError {
    ApiError::forbidden("password.change.required", "Access denied: another password has to be set first")
}

/// Checks a principal against a gate.
///
/// # Errors
/// 403 naming the level or the function that is missing.
pub fn require(
    principal: &Principal,
    function: Option<Function>,
    level: Level,
    read_only: bool,
) -> Result<(), ApiError> {
    if let Some(function) = function
        && !principal.has(function.name)
    {
        let text = format!("Access denied: the function {} is needed", function.name);
        return Err(ApiError::forbidden("access.denied", text));
    }
    if principal.level < level {
        let text = format!("Access denied: the security level {} is needed", level.name());
        return Err(ApiError::forbidden("access.denied.level", text));
    }
    if principal.read_only && !read_only {
        return Err(ApiError::forbidden("access.denied.readonly", "Access denied: this credential only reads"));
    }
    Ok(())
}

/// Checks a caller against the gate of an operation.
///
/// # Errors
/// 403 naming what is missing, 401 for a stranger who may do less than that, or when the store fails.
pub async fn admit<G: Gate>(context: &RequestContext, principal: &Principal) -> Result<(), ApiError> {
    if principal.password_due && !G::PASSWORD_MAY_BE_DUE {
        return Err(password_due());
    }
    match pass::<G>(context, principal).await {
        // Whoever did not say who it is may do so.
        Err(refused) if refused.status == StatusCode::FORBIDDEN && principal.user().is_none() => Err(missing()),
        passed => passed,
    }
}

/// Checks a caller against a gate: that of an operation, or of something in its input that takes more than the operation.
///
/// # Errors
/// 403 naming what is missing, or when the store fails.
pub async fn pass<G: Gate>(context: &RequestContext, principal: &Principal) -> Result<(), ApiError> {
    let level = match G::FUNCTION {
        // Whoever administers functions can ask for more than their module does.
        Some(function) => context
            .platform
            .directory
            .tree()
            .await?
            .level(function.name)
            .map_or(G::LEVEL, |raised| raised.max(G::LEVEL)),
        None => G::LEVEL,
    };
    require(principal, G::FUNCTION, level, G::READ_ONLY)?;
    if G::AT_ROOT && principal.customers_for(G::NAME) != CustomerSet::All {
        let text = format!("Access denied: the function {} is needed at the root customer", G::NAME);
        return Err(ApiError::forbidden("access.denied", text));
    }
    Ok(())
}

impl<'a, G: Gate> ApiExtractor<'a> for Caller<G> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(_: &mut Registry) {}

    /// Not real schemes: the marker, the function and the level, which `openapi.rs` turns into `security`,
    /// `x-function` and `x-level`.
    fn security_schemes() -> Vec<&'static str> {
        vec![GATE_MARKER, G::NAME, G::LEVEL.name()]
    }

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        let context = RequestContext::of(request)?.clone();
        match context.principal() {
            Some(principal) => admit::<G>(&context, principal).await?,
            None if G::ANONYMOUS => {}
            None => return Err(missing().into()),
        }
        Ok(Self { context, gate: PhantomData })
    }
}

/// First of the three entries by which a gate shows in poem's raw document.
pub(crate) const GATE_MARKER: &str = "argus-gate";
