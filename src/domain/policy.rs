//! Where the vendor's documents contradict each other or are silent: our choice, and the setting that turns it round.
//!
//! One table. The flag `--vendor KEY=VALUE`, the scenario key `vendor` and every list of settings read it.

use super::moment::Zone;

/// How a world decides what the documents leave open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Whether a token or partner that the sandbox does not know gets through.
    pub auth: Auth,
    /// The offset in which an order number's date is read.
    pub order_date_zone: Zone,
    /// Whether documented texts follow `Accept-Language`.
    pub messages: Messages,
    /// Whether web pages of other origins may call the vendor's paths.
    pub cors: Cors,
}

/// Whether web pages of other origins may call the vendor's paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cors {
    /// They may, without credentials.
    On,
    /// Answers carry no grant, and a preflight is a call with a wrong method.
    Off,
}

/// Whether a token or partner that the sandbox does not know gets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// It stands for the demo user, so that an app with its own hard-coded values gets through.
    Lenient,
    /// Only what the sandbox issued or was given.
    Strict,
}

/// Whether documented texts follow `Accept-Language`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Messages {
    /// As the vendor's page prints them, whatever the language.
    Printed,
    /// English or Chinese, as the caller asks.
    Translated,
}

/// One setting: its words, both sides of the question, and our choice.
pub(crate) struct Setting {
    /// The key of a scenario's `vendor` object and of `--vendor`.
    pub key: &'static str,
    /// The words it takes; the first is the default.
    pub values: &'static [&'static str],
    /// One sentence about what it decides.
    pub about: &'static str,
    /// What speaks for the one side, and what for the other.
    pub sources: [&'static str; 2],
    set: fn(&mut Policy, usize),
}

/// All settings that this release has.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        key: "auth",
        values: &["lenient", "strict"],
        about: "whether a call with an empty or unknown token stands for the demo user, or is refused with code 7",
        sources: [
            "the page \"Pre - order v1.2\" sends an empty x-access-token in its own sample",
            "the page \"v1.1/payment/webhook\" marks x-access-token as required; no page names the code of a missing one",
        ],
        set: |policy, value| policy.auth = [Auth::Lenient, Auth::Strict][value],
    },
    Setting {
        key: "orderDateZone",
        values: &["UTC", "UTC+8"],
        about: "the offset from UTC in which the date inside an orderNo is read",
        sources: [
            "in the printed sample orderTime is UTC and has the orderNo's date",
            "the sample's time is 11:14 of the same date in China, so it does not decide the question",
        ],
        set: |policy, value| policy.order_date_zone = [Zone::Utc, Zone::China][value],
    },
    Setting {
        key: "messages",
        values: &["printed", "translated"],
        about: "whether documented message texts stay as printed, or follow Accept-Language",
        sources: [
            "the printed texts are SUCCESS on one page and 操作成功 on another, although neither sample asks for a language",
            "the header Accept-Language is documented, without a list of values",
        ],
        set: |policy, value| policy.messages = [Messages::Printed, Messages::Translated][value],
    },
    Setting {
        key: "cors",
        values: &["on", "off"],
        about: "whether answers on the vendor's paths let web pages of other origins read them, without credentials",
        sources: [
            "an app that runs in a browser during development could not call the sandbox otherwise",
            "no page says whether the vendor's server grants it",
        ],
        set: |policy, value| policy.cors = [Cors::On, Cors::Off][value],
    },
];

/// What is wrong with a setting's key or value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadSetting {
    /// No setting has this key.
    UnknownKey,
    /// The setting does not take this value; the words that it takes.
    UnknownValue(&'static [&'static str]),
}

impl Default for Policy {
    fn default() -> Self {
        Self { auth: Auth::Lenient, order_date_zone: Zone::Utc, messages: Messages::Printed, cors: Cors::On }
    }
}

impl Policy {
    /// Turns one setting.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<(), BadSetting> {
        let setting = SETTINGS.iter().find(|setting| setting.key == key).ok_or(BadSetting::UnknownKey)?;
        let at = setting.values.iter().position(|word| *word == value);
        (setting.set)(self, at.ok_or(BadSetting::UnknownValue(setting.values))?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_of_each_setting_is_the_default_and_the_others_differ_from_it() {
        for setting in SETTINGS {
            for (at, word) in setting.values.iter().enumerate() {
                let mut policy = Policy::default();
                assert_eq!(policy.set(setting.key, word), Ok(()));
                assert_eq!(policy == Policy::default(), at == 0, "{} {word}", setting.key);
            }
        }
    }

    #[test]
    fn an_unknown_key_or_word_changes_nothing() {
        let mut policy = Policy::default();
        assert_eq!(policy.set("auht", "strict"), Err(BadSetting::UnknownKey));
        assert_eq!(policy.set("auth", "loose"), Err(BadSetting::UnknownValue(&["lenient", "strict"])));
        assert_eq!(policy, Policy::default());
    }
}
