//! The call that all benches make: a pre-order, as the vendor's page prints one.

/// Its path.
pub(crate) const PATH: &str = "/v1.2/package/preOrderPackage";

/// Headers that the page asks for, empty as on the page.
pub(crate) const HEADERS: &str = "Accept-Language: \r\nx-access-token: \r\n";

/// Its body.
pub(crate) const BODY: &str = concat!(
    r#"{"currency":"USD","currencyId":2,"deviceType":"10","discountFlag":0,"id":1000000,"money":5,"#,
    r#""packageCode":"LP20220325000000","packageNum":1,"partnerCode":"1000000005","periodNum":1,"#,
    r#""receive_qr_email":"test@test.com"}"#,
);

/// How every good answer begins.
pub(crate) const GOOD: &str = r#"{"code":0,"#;
