//! What names, passwords and addresses have to be.

/// Whether a text can be the name of a user (S1-16): 5 to 32 letters, digits, `_`, `.`, `@` and `-`. A number would name the user of
/// that number too, so it is none.
pub fn is_user_name(text: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"_.@-".contains(&byte);
    (5..=32).contains(&text.len()) && text.bytes().all(sound) && !text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a password is strong enough (S1-17): 8 to 64 characters, among them a capital and a small letter, a digit, and a
/// special character, which is neither part of words (`_` is) nor white space.
pub fn is_strong(password: &str) -> bool {
    let special = |character: char| !character.is_alphanumeric() && character != '_' && !character.is_whitespace();
    (8..=64).contains(&password.chars().count())
        && password.contains(|character: char| character.is_ascii_uppercase())
        && password.contains(|character: char| character.is_ascii_lowercase())
        && password.contains(|character: char| character.is_ascii_digit())
        && password.contains(special)
        && !password.contains('\n')
}

/// Whether a text is an e-mail address (S1-19): a name, and a host with a domain above it.
pub fn is_address(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let of_name = |character: char| character.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(character);
    let name_is_sound = (1..=64).contains(&name.len())
        && name.chars().all(of_name)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..");
    let labels: Vec<&str> = host.split('.').collect();
    let of_label = |character: char| character.is_alphanumeric() || character == '-';
    let is_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.chars().all(of_label)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_number = |label: &&str| label.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 254
        && name_is_sound
        && labels.len() >= 2
        && labels.iter().all(is_label)
        && !labels.last().is_some_and(is_number)
        && argus_mail::check(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S1-16
    #[test]
    fn names_are_of_plain_characters() {
        for name in ["username", "abcde", "a.b@c-d_e", &"x".repeat(32), "12345a"] {
            assert!(is_user_name(name), "{name}");
        }
        for name in ["", "abcd", &"x".repeat(33), "user name", "user/name", "użytkownik", "user\n1", "12345", "user+1"]
        {
            assert!(!is_user_name(name), "{name}");
        }
    }

    /// S1-17
    #[test]
    fn passwords_have_something_of_everything() {
        for password in ["Password@12345", "Aa1-aaaa", "Admin@12345", &format!("Aa1!{}", "x".repeat(60)), "Aa1€ééé é"]
        {
            assert!(is_strong(password), "{password}");
        }
        for password in [
            "",
            "Aa1-aaa",
            "password@12345",
            "PASSWORD@12345",
            "Password@abcde",
            "Password12345",
            "Password_12345",
            "Password 12345",
            "Pass\nword@1",
            &format!("Aa1!{}", "x".repeat(61)),
            "Äö1-öööö",
        ] {
            assert!(!is_strong(password), "{password}");
        }
    }

    /// S1-19
    #[test]
    fn addresses_have_a_host_in_a_domain() {
        for address in ["address@email.com", "admin@spectratrace.io", "a.b+c@x-y.example.org", "o'neil@example.org"] {
            assert!(is_address(address), "{address}");
        }
        for address in [
            "",
            "x",
            "@example.org",
            "x@",
            "x@host",
            "x@.org",
            "x@a..org",
            "x y@example.org",
            "x@-a.org",
            "x@example.123",
            "Anna <x@example.org>",
            ".x@example.org",
            "x..y@example.org",
            "x@y@example.org",
            "x@example.org\n",
            &format!("{}@example.org", "x".repeat(65)),
            &format!("x@{}.org", "y".repeat(260)),
        ] {
            assert!(!is_address(address), "{address}");
        }
    }
}
