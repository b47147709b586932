//! Texts to SIMs.

use serde_json::json;

use super::{FOREIGN, SIM, call, data, frozen, refused};

#[test]
fn a_text_is_taken_and_numbered() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let fields = json!({ "device_id": SIM, "text_message": "发送短信内容" });
    let first = data(session, "/sms/sendSms", fields.clone());
    assert_eq!((&first["message_id"], &first["sent_date"]), (&json!("1"), &json!("2022-12-05 11:14:50")));
    assert_eq!(data(session, "/sms/sendSms", fields)["message_id"], "2");
}

#[test]
fn what_cannot_be_sent_takes_no_number() {
    let sandbox = frozen();
    let session = sandbox.default_session();
    let send = |device: &str, text: &str| {
        refused(session, "/sms/sendSms", json!({ "device_id": device, "text_message": text }))
    };
    assert_eq!(send("1", "x"), "R101");
    assert_eq!(send(FOREIGN, "x"), "R102");
    assert_eq!(send(SIM, ""), "R001");
    assert_eq!(send(SIM, &"字".repeat(641)), "R001");
    let longest =
        call(session, "/sms/sendSms", json!({ "device_id": SIM, "text_message": "字".repeat(640) }));
    assert_eq!(longest["data"]["message_id"], "1");
}
