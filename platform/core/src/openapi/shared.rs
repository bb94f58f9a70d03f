//! Schemas that several modules may use.

/// Schemas of the platform; every other one belongs to a module.
pub(super) const SHARED: [&str; 19] = [
    "CustomerInfo",
    "DomainInfo",
    "FunctionInfo",
    "ImageUpload",
    "IpNetwork",
    "KeyConstraints",
    "KeyDescriptor",
    "KeyRenewal",
    "KeyRequest",
    "KeySource",
    "KeySourceRequest",
    "KeyStaticOptions",
    "MethodConfig",
    "MimeType",
    "NewKey",
    "Preference",
    "SessionConstraints",
    "UserInfo",
    "WireMessage",
];
