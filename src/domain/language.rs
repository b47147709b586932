//! The language in which somebody wants to be spoken to.

use serde::{Deserialize, Serialize};

/// The language of texts that are not printed on a vendor page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Language {
    /// Nobody asked: as the vendor prints it, else English.
    Printed,
    /// English.
    English,
    /// Chinese.
    Chinese,
}
