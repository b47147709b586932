//! `sign`: the text that is to be signed, its signature, and what is wrong with the one in a body.

use linksfield_sandbox::{ErrorKind, SentSign, sign_body};

use crate::process::run;

const BODY: &str = r#"{"version":"2.0","access_code":"P012345","timestamp":"1498723232"}"#;
const CONTENT: &str = r#"{"access_code":"P012345","timestamp":"1498723232","version":"2.0"}"#;
const SIGN: &str = "5ydAJf1ro1Q3TcJlQRBmav3ToM8=";

fn with_sign(sign: &str) -> String {
    BODY.replace('}', &format!(r#","sign":"{sign}"}}"#))
}

#[test]
fn the_command_prints_text_and_sign_and_judges_what_is_there() {
    let (code, out, err) = run(&["sign", BODY]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(out, format!("content  {CONTENT}\nsign     {SIGN}\n"));
    let (code, out, _) = run(&["sign", &with_sign(SIGN)]);
    assert!(code == Some(0) && out.contains("the sign in the body is right"), "{out}");
    let (code, out, _) = run(&["sign", &with_sign("OHGmXvYmBJebEY7xR/yi8V0mr+c=")]);
    assert!(code == Some(1) && out.contains("not sorted"), "{out}");
    assert_eq!(run(&["sign", "--secret", "other", BODY]).0, Some(0));
    assert_eq!(run(&["sign", "--partner", "P999999", BODY]).0, Some(2));
    assert_eq!(run(&["sign", "[]"]).0, Some(1), "no such file");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), BODY).expect("a body");
    assert!(run(&["sign", &file.path().display().to_string()]).1.contains(SIGN));
}

#[test]
fn the_library_signs_as_the_command_does() {
    let signed = sign_body(BODY, None, None, None).expect("a partner of the fixtures");
    assert_eq!((signed.content.as_str(), signed.sign.as_str()), (CONTENT, SIGN));
    assert_eq!((signed.partner.as_deref(), signed.sent), (Some("P012345"), SentSign::None));
    let other = sign_body(BODY, Some("P000270"), Some("secret"), None).expect("a secret");
    assert_ne!(other.sign, SIGN);
    let missing = sign_body("{}", None, None, None).expect_err("nobody is named");
    assert_eq!(missing.kind(), ErrorKind::Usage);
    assert!(missing.to_string().contains("P000270"), "{missing}");
    assert_eq!(sign_body("no JSON", None, None, None).expect_err("no body").kind(), ErrorKind::Usage);
    let sample =
        crate::support::listing().endpoints.iter().find(|e| e.id == "csss/query_device").expect("it");
    let judged = sign_body(&sample.example, None, None, None).expect("a sample");
    assert_eq!(judged.sent, SentSign::PrintedSample);
}
