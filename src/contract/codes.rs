//! The code table of a group, from `fixtures/<group>/codes.json`: number, name, texts, evidence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::card::Evidence;
use super::code::Code;
use super::misfit::Misfit;
use crate::domain::language::Language;
use crate::domain::policy::Messages;

/// One row.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeRow {
    /// What stands on the wire.
    pub code: Code,
    /// The documented meaning in capitals.
    pub name: String,
    /// Its texts.
    pub texts: Texts,
    /// How well number and meaning are known.
    pub evidence: Evidence,
    /// Page and date, or the reason for our choice.
    pub source: String,
}

/// The texts of a code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    /// As a vendor page prints it; `null` where none does.
    pub printed: Option<String>,
    /// Ours, in English.
    pub en: String,
    /// Ours, in Chinese.
    pub zh: String,
}

impl CodeRow {
    /// The text for a caller. A documented text stays as printed, unless the policy translates.
    pub(crate) fn text(&self, language: Language, messages: Messages) -> &str {
        let printed = self.texts.printed.as_deref();
        match (messages, language) {
            (Messages::Printed, Language::English) | (_, Language::Printed) => {
                printed.unwrap_or(&self.texts.en)
            }
            (Messages::Printed, Language::Chinese) => printed.unwrap_or(&self.texts.zh),
            (Messages::Translated, Language::English) => &self.texts.en,
            (Messages::Translated, Language::Chinese) => &self.texts.zh,
        }
    }
}

/// All rows of a group, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct CodeTable {
    /// The rows.
    pub rows: Vec<CodeRow>,
}

impl CodeTable {
    /// The row with this name.
    pub(crate) fn by_name(&self, name: &str) -> Option<&CodeRow> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// The row with this code.
    pub(crate) fn by_code(&self, code: &Code) -> Option<&CodeRow> {
        self.rows.iter().find(|row| row.code == *code)
    }

    /// The row that a word means: its name, or a code that is a text.
    pub(crate) fn by_word(&self, word: &str) -> Option<&CodeRow> {
        let is_code = |row: &&CodeRow| matches!(&row.code, Code::Text(text) if **text == *word);
        self.by_name(word).or_else(|| self.rows.iter().find(is_code))
    }
}

/// What an overlay's `codes.json` may say of a code: a known number is changed, a new one needs `name` and `en`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodePatch {
    /// What stands on the wire.
    pub code: Code,
    /// Its name in capitals.
    #[schemars(regex(pattern = r"^[A-Z][A-Z0-9_]*$"))]
    pub name: Option<String>,
    /// Its texts.
    pub texts: Option<TextsPatch>,
    /// How well it is known.
    pub evidence: Option<Evidence>,
    /// Page and date.
    pub source: Option<String>,
}

/// Texts of a [`CodePatch`].
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextsPatch {
    /// As a vendor page prints it.
    pub printed: Option<String>,
    /// English.
    pub en: Option<String>,
    /// Chinese; without it, the English text.
    pub zh: Option<String>,
}

impl CodeTable {
    /// Lays a patch over the table.
    pub(crate) fn apply(&mut self, patch: CodePatch) -> Result<(), Misfit> {
        let CodePatch { code, name, texts, evidence, source } = patch;
        let texts = texts.unwrap_or_default();
        if let Some(name) = &name
            && let Some(other) = self.by_name(name).filter(|row| row.code != code)
        {
            let message = format!("the name {name} belongs to code {}", other.code);
            return Err(Misfit::new("/name", message, "give each code a name of its own"));
        }
        if let Some(row) = self.rows.iter_mut().find(|row| row.code == code) {
            if let Some(name) = name.filter(|name| *name != row.name) {
                // The replica and all scenarios know a code by its name: a renamed one would be lost to them.
                let message = format!("code {code} is called {}, not {name}", row.name);
                return Err(Misfit::new(
                    "/name",
                    message,
                    "leave `name` out; texts, evidence and source can be changed",
                ));
            }
            row.evidence = evidence.unwrap_or(row.evidence);
            row.source = source.unwrap_or_else(|| std::mem::take(&mut row.source));
            row.texts.printed = texts.printed.or_else(|| row.texts.printed.take());
            row.texts.zh =
                texts.zh.or_else(|| texts.en.clone()).unwrap_or_else(|| std::mem::take(&mut row.texts.zh));
            row.texts.en = texts.en.unwrap_or_else(|| std::mem::take(&mut row.texts.en));
            return Ok(());
        }
        let lacks = |key: &str| {
            let message = format!("code {code} is not in the table, and a new one needs `{key}`");
            Misfit::new("", message, "a code of your own needs `name` and `texts.en`")
        };
        let en = texts.en.ok_or_else(|| lacks("texts.en"))?;
        let name = name.ok_or_else(|| lacks("name"))?;
        self.rows.push(CodeRow {
            code,
            name,
            texts: Texts { printed: texts.printed, zh: texts.zh.unwrap_or_else(|| en.clone()), en },
            evidence: evidence.unwrap_or(Evidence::Assumed),
            source: source.unwrap_or_else(|| "the user's overlay".to_owned()),
        });
        Ok(())
    }
}
