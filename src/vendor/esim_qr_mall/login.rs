//! User login: `POST /user/login`

/// The same as by e-mail: the documents name this path once, where they mean a login.
pub(super) use super::email_login::run;
