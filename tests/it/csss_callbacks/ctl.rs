//! `ctl` for SIMs, events, and callbacks.

use super::*;
use crate::process::run;

#[test]
fn ctl_says_where_callbacks_go_fires_events_and_shows_what_became_of_them() {
    let receiver = Receiver::new();
    let sandbox = sandbox("");
    let ctl = |args: &[&str]| run(&[&["ctl", "--url", &sandbox.url()], args].concat());
    let lines = |args: &[&str]| -> Vec<String> {
        let (code, out, err) = ctl(args);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{args:?}: {out}");
        // Columns are as wide as their widest cell.
        out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    assert!(lines(&["callbacks"]).contains(&"uplink-sms nowhere documented".to_owned()));
    let event = ["event", "uplink-sms", "--sim", SIM, "--text", "hi there"];
    assert!(lines(&event)[0].starts_with("event 1: nobody is told"));
    assert_eq!(lines(&["deliveries"]), ["none"]);
    let target = format!("*={}", receiver.url());
    assert!(lines(&["callbacks", &target]).contains(&format!("uplink-sms {} documented", receiver.url())));
    receiver.answers("503 Busy");
    assert!(lines(&event)[0].starts_with("event 2: on its way"));
    receiver.next();
    deliveries(&sandbox, "due", 1);
    assert_eq!(
        lines(&["deliveries"])[1],
        format!("1 2022-01-17T02:06:00.000Z uplink-sms hi there {SIM} due 1 503")
    );
    receiver.answers("200 OK");
    let moved = lines(&["advance", "2s", "--deliver"]);
    assert!(moved.contains(&"2022-01-17T02:06:01.000Z callbackDue 1".to_owned()), "{moved:?}");
    let told = receiver.next();
    let one = lines(&["deliveries", "1"]);
    assert_eq!(one[0], "delivery 1 of event 2: uplink-sms, delivered");
    assert_eq!(
        one[one.len() - 2..],
        ["try 1 at 2022-01-17T02:06:00.000Z: 503 seen", "try 2 at 2022-01-17T02:06:01.000Z: 200 seen",]
    );
    assert!(
        one.contains(&format!("> x-lf-delivery: {}", told.header("x-lf-delivery").expect("an id"))),
        "{one:?}"
    );

    assert_eq!(lines(&["deliveries", "1", "--duplicate"]), ["sent as delivery 2"]);
    assert_eq!(receiver.next(), told);
    assert_eq!(lines(&["deliveries", "1", "--again"]), ["sent as delivery 3"]);
    assert_ne!(receiver.next().header("x-lf-delivery"), told.header("x-lf-delivery"));
    assert_eq!(lines(&["deliveries", "1", "--corrupt", "signature"]), ["sent as delivery 4"]);
    assert_ne!(receiver.next().header("x-lf-md5"), told.header("x-lf-md5"));
    deliveries(&sandbox, "delivered", 4);
    assert!(lines(&["deliveries", "4"]).contains(&"fault: corrupt signature".to_owned()));
    assert_eq!(lines(&["deliveries", "--sim", OTHER]), ["none"]);

    assert!(lines(&["event", "usage-warning", "--sim", OTHER, "--percent", "50"])[0].contains("on its way"));
    assert_eq!(receiver.next().json()["percent"], "50");
    assert!(lines(&["deliveries", "--kind", "usage-warning"])[1].contains(" usage-warning 50 % "));
    lines(&["callbacks", "--none"]);
    assert!(lines(&event)[0].contains("nobody is told"));

    for (args, help) in [
        (&["callbacks", "nonsense"][..], "'*=http://127.0.0.1:9100/hook'"),
        (&["callbacks", "webhook=http://127.0.0.1:9100/"], "plays the partner's server"),
        (&["deliveries", "99"], "`ctl deliveries` lists them"),
        (&["event", "order-status", "--sim", OTHER], "1000, 1001"),
        (&["event", "uplink"], "`uplink-sms`"),
        (&["sims", "1/../x"], "`ctl sims` lists them"),
        (&["text", OTHER, "hello"], "send one to it first"),
    ] {
        let (code, _, err) = ctl(args);
        assert_eq!((code, err.contains(help)), (Some(1), true), "{args:?}: {err}");
    }
}

#[test]
fn ctl_shows_sims_and_one_with_its_orders_and_lets_a_text_come() {
    let receiver = Receiver::new();
    let sandbox = telling(&receiver, r#", "vendor": { "smsWindow": "off" }"#);
    let ctl = |args: &[&str]| {
        let (code, out, err) = run(&[&["ctl", "--url", &sandbox.url()], args].concat());
        assert_eq!((code, err.as_str()), (Some(0), ""), "{args:?}: {out}");
        out
    };
    let listed = ctl(&["sims", "--limit", "2"]);
    assert!(listed.starts_with("iccid ") && listed.contains(&format!("\n{OTHER}  P000270 ")), "{listed}");
    assert!(listed.ends_with("2 of 245; --limit and --partner choose others\n"), "{listed}");
    assert!(!ctl(&["sims", "--partner", "QY-000001"]).contains("P000270"));
    let one = ctl(&["sims", OTHER]);
    assert!(
        one.starts_with(&format!("{OTHER}  IMSI 454002018041192  of P000270: activation, OTA and texts\n")),
        "{one}"
    );
    assert!(one.contains("\n202107061625560742397  DP20190726001274  periods  inUse "), "{one}");
    assert!(ctl(&["text", SIM, "hello"]).starts_with(&format!("a text came from {SIM}")));
    assert_eq!(texts(&[receiver.next()]), ["hello"]);
    ctl(&["text", SIM, "--binary", "00fF"]);
    assert_eq!(texts(&[receiver.next()]), ["00FF"]);
    let as_json: Value = serde_json::from_str(&ctl(&["--json", "sims", SIM])).expect("JSON");
    assert_eq!(as_json["iccid"], SIM);
}
