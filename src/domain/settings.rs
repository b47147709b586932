//! The settings: where the vendor's documents contradict each other or are silent, both sources, our choice, and the word that turns
//! it round.
//!
//! One table. The flag `--vendor KEY=VALUE`, the scenario key `vendor` and every list of settings read it.

use super::moment::{Span, Zone};
use super::notify::{DigestForm, EmptyValues, MessageType, OrderStatusHeaders, SECRET};
use super::policy::{AmountUnit, Auth, Cors, Messages, OrderKey, PackageType, Policy, Settling};
use super::signature::{AnswerSign, Signatures};
use super::sim::choices::{BulkOrder, SmsWindow, USAGE_WARNINGS};
use super::stage::AfterFailure;

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
    /// What it takes besides the words above.
    pub kind: Kind,
    set: Set,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Its words, and nothing else.
    Words,
    /// `false` or `true`; in a scenario without quotes.
    Truth,
    /// Any length of time.
    Span,
    /// `off`, or any length of time.
    OffOrSpan,
    /// `off`, a length of time, or a number of polls such as `3polls`; in a scenario `{"after": "3s"}` or `{"polls": 3}`.
    Settling,
    /// Any text of 1 to 128 characters that can be seen.
    Text,
}

#[derive(Clone, Copy)]
enum Set {
    /// By the place of the word.
    Word(fn(&mut Policy, usize)),
    /// By the text; false if it is none that counts.
    Text(fn(&mut Policy, &str) -> bool),
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
        kind: Kind::Words,
        set: Set::Word(|policy, value| policy.auth = [Auth::Lenient, Auth::Strict][value]),
    },
    Setting {
        key: "signatures",
        values: &["check", "lenient", "off"],
        about: "whether a call with a wrong signature is refused, or let in, with or without a word of it",
        sources: [
            "every CSSS page demands a sign, made of all parameters and the partner's secret",
            "the printed samples cannot be recomputed, since no page gives a secret",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| {
            policy.signatures = [Signatures::Check, Signatures::Lenient, Signatures::Off][value];
        }),
    },
    Setting {
        key: "signatureWindow",
        values: &["off", "300s"],
        about: "how far a signed call's timestamp may be from the session's clock; `off` or any length of time",
        sources: [
            "no page states a window, and the printed samples are of 2022",
            "300 s is what services with such signatures commonly take",
        ],
        kind: Kind::OffOrSpan,
        set: Set::Text(|policy, text| {
            let window = if text == "off" { Some(None) } else { Span::parse(text).map(Some) };
            window.map(|window| policy.signature_window = window).is_some()
        }),
    },
    Setting {
        key: "answerSign",
        values: &["null", "echo", "sign"],
        about: "what `sign` holds inside of the data of a signed call's answer: nothing, the call's own, or one made over the data",
        sources: [
            "the page \"Order data plan\" prints null, and \"Renew\" prints the sign of its own request",
            "the pages of usage and of orders print another one, and no page says what it covers",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| {
            policy.answer_sign = [AnswerSign::Null, AnswerSign::Echo, AnswerSign::Sign][value];
        }),
    },
    Setting {
        key: "orderDateZone",
        values: &["UTC", "UTC+8"],
        about: "the offset from UTC in which the date inside an orderNo is read",
        sources: [
            "in the printed sample orderTime is UTC and has the orderNo's date",
            "the sample's time is 11:14 of the same date in China, so it does not decide the question",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| policy.order_date_zone = [Zone::Utc, Zone::China][value]),
    },
    Setting {
        key: "messages",
        values: &["printed", "translated"],
        about: "whether documented message texts stay as printed, or follow Accept-Language",
        sources: [
            "the printed texts are SUCCESS on one page and 操作成功 on another, although neither sample asks for a language",
            "the header Accept-Language is documented, without a list of values",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| policy.messages = [Messages::Printed, Messages::Translated][value]),
    },
    Setting {
        key: "cors",
        values: &["on", "off"],
        about: "whether answers on the vendor's paths let web pages of other origins read them, without credentials",
        sources: [
            "an app that runs in a browser during development could not call the sandbox otherwise",
            "no page says whether the vendor's server grants it",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| policy.cors = [Cors::On, Cors::Off][value]),
    },
    Setting {
        key: "preOrderLimit",
        values: &["60m", "10m"],
        about: "how long a pre-order may wait for its payment, from the pre-order to the arrival of the notification",
        sources: [
            "the flow page's text says 60 minutes (changed alone, 2020-08-11)",
            "the webhook page and the flow page's own table say 10 minutes",
        ],
        kind: Kind::Span,
        set: Set::Text(|policy, text| match Span::parse(text) {
            Some(limit) => {
                policy.pre_order_limit = limit;
                true
            }
            None => false,
        }),
    },
    Setting {
        key: "payAfterFailure",
        values: &["false", "true"],
        about: "whether an order whose payment failed can still be paid, until its limit",
        sources: [
            "the flow page's text says that the profile is released and a new pre-order is needed",
            "the flow page's picture leads from status 2 back to paying the same order",
        ],
        kind: Kind::Truth,
        set: Set::Word(|policy, value| {
            policy.after_failure = [AfterFailure::OrderAgain, AfterFailure::PayOn][value];
        }),
    },
    Setting {
        key: "payAmountUnit",
        values: &["either", "major", "minor"],
        about: "whether payAmount counts units of the currency or its smallest ones; either: the first amount that can be read \
                in one way only binds the session",
        sources: [
            "the webhook sample pays \"100\" where the pre-order sample's amount is 1, which fits cents",
            "the webhook sample's 100 is older than the pre-order sample, and no page names a unit",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| {
            policy.amount_unit = [AmountUnit::Either, AmountUnit::Major, AmountUnit::Minor][value];
        }),
    },
    Setting {
        key: "settle",
        values: &["off", "3s", "3polls"],
        about: "how long polls still say 0 after a payment was reported; the mail goes out when they say 1",
        sources: [
            "the status page's sample polls every two seconds until the status is no longer 0",
            "no page says when a payment turns from reported to complete",
        ],
        kind: Kind::Settling,
        set: Set::Text(|policy, text| {
            let settling = match (text, text.strip_suffix("polls")) {
                ("off", _) => Some(Settling::AtOnce),
                (_, Some(polls)) => polls.parse().ok().map(Settling::AfterPolls),
                _ => Span::parse(text).map(Settling::After),
            };
            policy.settling = settling.unwrap_or(policy.settling);
            settling.is_some()
        }),
    },
    Setting {
        key: "webhookOrderKey",
        values: &["id", "idOrNumber"],
        about: "whether a payment notification may name its order by the orderNo as well",
        sources: [
            "the webhook page says since 2020-08-08 that orderId is the id from the pre-order",
            "before that it said the orderNo",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| policy.order_key = [OrderKey::Id, OrderKey::IdOrNumber][value]),
    },
    Setting {
        key: "packageType",
        values: &["coverage", "kind"],
        about: "whether type 1 lists all packages that cover a country and 2 those that cover only it, or 1 its country \
                packages and 2 the region packages that cover it",
        sources: [
            "the page \"countryPackageList\": 1 if the coverage includes the country, 2 if it covers only the country",
            "the page \"general\": 1 is country, 2 is region",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| {
            policy.package_type = [PackageType::Coverage, PackageType::Kind][value];
        }),
    },
    Setting {
        key: "bulkOrder",
        values: &["atomic", "partial"],
        about: "whether one SIM that cannot be ordered for stops a bulk order, or only its own row fails",
        sources: [
            "the bulk order page: if a device does not meet the requirements, the order cannot be carried out",
            "its sample answer has one result for each device",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| policy.bulk_order = [BulkOrder::Atomic, BulkOrder::Partial][value]),
    },
    Setting {
        key: "smsWindow",
        values: &["enforced", "off"],
        about: "whether a text from a SIM counts only within 24 hours of one to it",
        sources: [
            "the page of the SMS callback: what arrives within 24 hours after a downlink SMS counts as uplink",
            "no page says what becomes of a later one, and tests may not want to send one first",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| policy.sms_window = [SmsWindow::Enforced, SmsWindow::Off][value]),
    },
    Setting {
        key: "usageWarnings",
        values: &["80+100", "50+80+100", "100", "off"],
        about: "at which percentages of an order's quota a usage warning is given, once in each cycle",
        sources: [
            "the page \"Traffic usage warning\" is known by its name only",
            "the newer portal warns by percentage of the quota or by absolute value, as the customer sets it",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| policy.usage_warnings = USAGE_WARNINGS[value]),
    },
    Setting {
        key: "notify.secret",
        values: &[SECRET, "my-own-secret"],
        about: "the secret whose digest signs a callback, as x-lf-md5",
        sources: [
            "the page \"Message push\": the secret is not the API secret, and the vendor has to be asked for it",
            "no page prints a digest together with its secret",
        ],
        kind: Kind::Text,
        set: Set::Text(|policy, text| {
            let fits = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
            if fits {
                policy.notify.secret = text.into();
            }
            fits
        }),
    },
    Setting {
        key: "notify.md5",
        values: &["raw", "hex"],
        about: "whether x-lf-md5 is the Base64 of the digest's 16 bytes, or of its 32 hexadecimal digits",
        sources: [
            "the page of the SMS callback: MD5, then Base64, which commonly means the bytes",
            "many services take the digest as text before they encode it, and no worked value is published",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| policy.notify.digest = [DigestForm::Raw, DigestForm::Hex][value]),
    },
    Setting {
        key: "notify.emptyValues",
        values: &["keep", "drop"],
        about: "whether values that are empty count in x-lf-md5, as key=, or are left out",
        sources: [
            "the page of the SMS callback: all key/value pairs of the body, with no word about empty ones",
            "the requests of the same portal leave empty values out of what is signed",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| policy.notify.empty = [EmptyValues::Keep, EmptyValues::Drop][value]),
    },
    Setting {
        key: "notify.orderStatusHeaders",
        values: &["off", "on"],
        about: "whether callbacks of changed orders carry x-lf-md5 and x-lf-delivery",
        sources: [
            "the page \"Plan order status change\": the header parameters are not yet implemented in this version",
            "the same page lists both headers",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| {
            policy.notify.order_status = [OrderStatusHeaders::Off, OrderStatusHeaders::On][value];
        }),
    },
    Setting {
        key: "notify.messageType",
        values: &["on", "off"],
        about: "whether a text from a SIM says in message_type what it is, Text or Binary",
        sources: [
            "the page of the SMS callback that tells text from binary prints message_type",
            "the older callback for texts from SIMs is known by its name only, and stands beside it",
        ],
        kind: Kind::Words,
        set: Set::Word(|policy, value| {
            policy.notify.message_type = [MessageType::On, MessageType::Off][value];
        }),
    },
];

/// What is wrong with a setting's key or value.
#[derive(Clone, Copy)]
pub(crate) enum BadSetting {
    /// No setting has this key.
    UnknownKey,
    /// The setting does not take this value.
    UnknownValue(&'static Setting),
}

impl Setting {
    /// All that it takes, in words: `lenient or strict`.
    pub(crate) fn takes(&self) -> String {
        let words = self.values.join(" or ");
        match self.kind {
            Kind::Words | Kind::Truth => words,
            Kind::Span | Kind::OffOrSpan => format!("{words} or any other length of time"),
            Kind::Text => format!("{words} or any other text of 1 to 128 visible ASCII characters"),
            Kind::Settling => {
                "off, a length of time such as 3s, or a number of polls such as 3polls".to_owned()
            }
        }
    }
}

impl Policy {
    /// Turns one setting.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<(), BadSetting> {
        let setting = SETTINGS.iter().find(|setting| setting.key == key).ok_or(BadSetting::UnknownKey)?;
        let is_set = match setting.set {
            Set::Word(set) => {
                setting.values.iter().position(|word| *word == value).map(|at| set(self, at)).is_some()
            }
            Set::Text(set) => set(self, value),
        };
        if is_set { Ok(()) } else { Err(BadSetting::UnknownValue(setting)) }
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
                assert!(policy.set(setting.key, word).is_ok());
                assert_eq!(policy == Policy::default(), at == 0, "{} {word}", setting.key);
            }
        }
    }

    #[test]
    fn an_unknown_key_or_word_changes_nothing() {
        let mut policy = Policy::default();
        assert!(matches!(policy.set("auht", "strict"), Err(BadSetting::UnknownKey)));
        for (key, value) in
            [("auth", "loose"), ("preOrderLimit", "soon"), ("settle", "3"), ("settle", "xpolls")]
        {
            let refused = policy.set(key, value);
            assert!(
                matches!(refused, Err(BadSetting::UnknownValue(setting)) if setting.key == key),
                "{key} {value}"
            );
        }
        assert_eq!(policy, Policy::default());
    }
}
