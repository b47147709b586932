//! What is said of a setting that there is not.

use super::error::{Error, ErrorKind};
use crate::domain::settings::{BadSetting, SETTINGS};

/// A setting that there is not, or that does not take this.
pub(super) fn bad_setting(key: &str, value: &str, bad: BadSetting) -> Error {
    let message = match bad {
        BadSetting::UnknownKey => {
            let keys: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
            format!("no vendor setting is called {key:?}; there are {}", keys.join(", "))
        }
        BadSetting::UnknownValue(setting) => {
            format!("{key} cannot be {value:?}; it takes {}", setting.takes())
        }
    };
    Error::new(ErrorKind::Usage, message)
}
