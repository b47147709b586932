//! Countries, packages, a package's detail: what a client finds before it orders.

use bytes::Bytes;
use http::Request;
use linksfield_sandbox::{Sandbox, SessionHandle};
use serde_json::{Value, json};

use crate::support::{Raw, builder, call, changed, example, get, pre_order, request, under, under_text};

const COUNTRIES: &str = "/package/countryPackageList";
const PACKAGES: [&str; 2] = ["/package/packageList", "/v1.1/package/packageList"];
const DETAIL: [&str; 2] = ["/package/detail", "/v1.1/package/detail"];

/// The operation words of the calls that this file is about.
const OPERATIONS: [&str; 7] = [
    "countries",
    "packages",
    "detail",
    "query-country",
    "continents",
    "packages-by-continent",
    "hot-packages",
];

fn ids(answer: &Value) -> Vec<u64> {
    let items = answer["data"].as_array().unwrap_or_else(|| panic!("a list: {answer}"));
    items.iter().map(|item| item["id"].as_u64().expect("an id")).collect()
}

/// The answer to a card's example, in a language.
fn in_language(session: &SessionHandle, id: &str, language: &str) -> Value {
    let listing = crate::support::listing();
    let endpoint = listing.endpoints.iter().find(|line| line.id == id).expect("a served id");
    let mut request = example(endpoint);
    request.headers_mut().insert("accept-language", language.parse().expect("a value"));
    crate::support::json(&session.call(&request))
}

#[test]
fn what_the_cards_print_is_the_beginning_of_what_comes() {
    let endpoints = &crate::support::listing().endpoints;
    let mut tried = 0;
    for endpoint in endpoints.iter().filter(|line| OPERATIONS.contains(&&*line.operation)) {
        let sandbox = under("documented-example");
        let mut answer = crate::support::json(&sandbox.default_session().call(&example(endpoint)));
        let printed: Value = serde_json::from_str(&endpoint.replies[0].meaning).expect("JSON");
        if let (Some(answer), Some(printed)) = (answer["data"].as_array_mut(), printed["data"].as_array()) {
            assert!(!printed.is_empty(), "{}", endpoint.id);
            answer.truncate(printed.len());
        }
        assert_eq!(answer.to_string(), printed.to_string(), "{}", endpoint.id);
        tried += 1;
    }
    assert_eq!(tried, 9);
}

#[test]
fn one_answer_of_each_call_in_english() {
    let sandbox = under("default");
    let shorten = |mut answer: Value| {
        if let Some(list) = answer["data"].as_array_mut() {
            list.truncate(2);
        }
        answer
    };
    for stem in [
        "country_package_list",
        "package_list_v1_1",
        "detail_v1_1",
        "query_country",
        "select_continents_code",
        "select_package_by_continents",
        "select_hot_package",
    ] {
        let answer = in_language(sandbox.default_session(), &format!("esim_qr_mall/{stem}"), "en");
        insta::assert_json_snapshot!(stem, shorten(answer));
    }
}

#[test]
fn names_follow_the_language_and_iso_names_do_not() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    for (language, country, package) in [
        ("", "中国", "泰国"),
        ("zh-CN", "中国", "泰国"),
        ("en", "China", "Thailand"),
        ("fr", "China", "Thailand"),
    ] {
        let countries = in_language(session, "esim_qr_mall/country_package_list", language);
        let china = countries["data"].as_array().expect("a list").iter();
        let china = china.clone().find(|item| item["countryCode"] == 460).expect("China");
        assert_eq!((&china["countryName"], &china["isoCountryName"]), (&json!(country), &json!("China")));
        let detail = in_language(session, "esim_qr_mall/detail_v1_1", language)["data"].clone();
        let package_texts =
            ["packageShortDesc", "packageShowName", "packageDesc"].map(|name| detail[name].clone());
        for text in &package_texts {
            assert!(text.as_str().is_some_and(|text| text.contains(package)), "{language:?}: {text}");
        }
        let list = in_language(session, "esim_qr_mall/select_package_by_continents", language);
        let first = &list["data"][0];
        assert_eq!(
            [&first["packageShortDesc"], &first["packageShowName"]],
            [&package_texts[0], &package_texts[1]]
        );
        let continents = in_language(session, "esim_qr_mall/select_continents_code", language);
        assert_eq!(continents["data"][1]["continentsName"], if country == "中国" { "亚洲" } else { "Asia" });
    }
}

#[test]
fn both_versions_answer_alike() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    for body in
        [json!({ "countryCode": 502, "type": 1 }), json!({ "countryCode": 999, "type": 9 }), json!({})]
    {
        let [one, other] = PACKAGES.map(|path| call(session, path, &body));
        assert_eq!(one, other);
    }
    for query in ["?id=1000000", "?id=1", ""] {
        let [one, other] = DETAIL.map(|path| get(session, &format!("{path}{query}")));
        assert_eq!(one, other);
    }
}

#[test]
fn all_countries_are_listed_whatever_country_is_named() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let all = call(session, COUNTRIES, &json!({}));
    assert_eq!(all["data"].as_array().map(Vec::len), Some(46));
    for body in [json!({ "countryCode": 502 }), json!({ "countryCode": "x", "pageNum": 3, "pageSize": 1 })] {
        assert_eq!(call(session, COUNTRIES, &body), all, "{body}");
    }
    assert_eq!(
        session.journal()[1]["notes"],
        json!(["countryCode: has no effect here, all countries are listed"])
    );
    // The whole list goes without any body as well.
    let bare = session.call(&request(COUNTRIES, ""));
    assert_eq!(crate::support::json(&bare), all);
    assert_eq!(session.journal()[3]["notes"], json!(["the body is empty, and the call needs none"]));
}

/// Ids under Malaysia for both types, and how many countries are listed for them.
fn by_type(sandbox: &Sandbox) -> [(Vec<u64>, usize); 2] {
    [1, 2].map(|kind| {
        let session = sandbox.default_session();
        let packages = call(session, PACKAGES[1], &json!({ "countryCode": 502, "type": kind }));
        let countries = call(session, COUNTRIES, &json!({ "type": kind }));
        (ids(&packages), countries["data"].as_array().map_or(0, Vec::len))
    })
}

#[test]
fn type_has_the_meaning_that_the_setting_chooses() {
    let [(covering, everywhere), (only, somewhere)] = by_type(&under("default"));
    assert!(covering.contains(&1_000_000), "Malaysia lists the documented package");
    assert!(only.iter().all(|id| covering.contains(id)) && only.len() < covering.len());
    assert!(!only.contains(&1_000_000), "it covers Thailand as well");
    assert!(everywhere == 46 && somewhere < 46);

    let kinds = builder().vendor("packageType", "kind").start_blocking().expect("the sandbox starts");
    let [(of_country, _), (of_region, _)] = by_type(&kinds);
    assert_eq!(of_country, only, "in this catalogue a country package covers one country");
    assert!(of_region.contains(&1_000_000));
    let mut both = [of_country, of_region].concat();
    both.sort_unstable();
    assert_eq!(both, covering);
}

#[test]
fn the_code_wins_over_the_name_and_the_name_does_as_well() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let list = |mut body: Value| {
        body["type"] = json!(1);
        call(session, PACKAGES[1], &body)
    };
    let japan = ids(&list(json!({ "countryCode": 440 })));
    for name in ["Japan", "JAPAN", "japan"] {
        assert_eq!(ids(&list(json!({ "isoCountryName": name }))), japan, "{name}");
    }
    for ignored in [json!("Thailand"), json!("Atlantis"), json!(""), json!(7), json!(null)] {
        assert_eq!(ids(&list(json!({ "countryCode": 440, "isoCountryName": ignored }))), japan, "{ignored}");
    }
    assert_eq!(ids(&list(json!({ "countryCode": "440", "isoCountryName": "Thailand" }))), japan);
    assert_eq!(
        session.journal().last().expect("an entry")["notes"],
        json!(["countryCode: \"440\" was read as the whole number 440"])
    );
    assert_eq!(ids(&list(json!({ "countryCode": null, "isoCountryName": "Japan" }))), japan);
}

#[test]
fn detail_reads_the_query_and_the_body_only_if_the_query_has_no_id() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let with_body = |target: &str, body: &'static str| {
        let request = Request::get(target).body(Bytes::from_static(body.as_bytes())).expect("a request");
        crate::support::json(&session.call(&request))["data"]["id"].clone()
    };
    let path = DETAIL[1];
    for query in
        ["id=1000011", "orderNumber=1&id=1000011&x=y", "i%64=%31000011", "id=1&id=1000011", "&id=1000011&"]
    {
        assert_eq!(with_body(&format!("{path}?{query}"), ""), 1_000_011, "{query}");
    }
    assert_eq!(with_body(&format!("{path}?id=1000011"), r#"{ "id": 1000000 }"#), 1_000_011);
    assert_eq!(session.journal().last().expect("an entry")["notes"], json!([]));
    // The page prints this body for a GET.
    assert_eq!(with_body(path, r#"{ "id": 1000000, "orderNumber": 1 }"#), 1_000_000);
    let notes = json!(["the fields were read from the body, since the query does not have them"]);
    assert_eq!(session.journal().last().expect("an entry")["notes"], notes);
}

#[test]
fn detail_answers_a_get_over_http() {
    let sandbox = under("default");
    let mut raw = Raw::connect(&sandbox);
    let answer =
        raw.send("GET /v1.1/package/detail?id=1000000&orderNumber=1 HTTP/1.1\r\nHost: x\r\n\r\n").answer();
    assert_eq!((answer.status, answer.header("x-sandbox-evidence")), (200, Some("partial")));
    assert_eq!(answer.json(), get(sandbox.default_session(), "/v1.1/package/detail?id=1000000"));
    let body = r#"{ "id": 1000000, "orderNumber": 1 }"#;
    let head = format!("GET /package/detail HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
    assert_eq!(raw.send(head + body).answer().json(), answer.json());
    // A path that is read with GET only says so.
    let wrong = raw.post("/package/detail", body).answer();
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("GET")));
}

#[test]
fn what_detail_says_can_be_ordered() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let hot = call(session, "/package/selectHotPackage", &json!({}));
    assert_eq!(ids(&hot).len(), 10);
    for id in ids(&hot) {
        let package = get(session, &format!("{}?id={id}", DETAIL[1]))["data"].clone();
        for currency in package["currencyInfos"].as_array().expect("a list") {
            let order = pre_order(
                session,
                &changed(json!({
                    "id": package["id"], "packageCode": package["packageCode"], "periodNum": package["period"],
                    "currency": currency["currencyAbbr"], "currencyId": currency["currencyId"],
                })),
            );
            assert_eq!(order["data"]["amount"], currency["price"], "{id}: {order}");
            assert_eq!(order["data"]["packageName"], package["packageShowName"]);
        }
    }
}

#[test]
fn lists_follow_the_world_of_the_scenario() {
    let sandbox = under_text(
        r#"{ "format": 1, "scenario": "test", "world": { "packages": [
            { "id": 1000000, "price": { "USD": 4.99 }, "countries": [639], "periods": { "min": 2, "max": 5 }, "volumeMb": "unlimited" }
        ] } }"#,
    );
    let session = sandbox.default_session();
    let there = |mcc: u16| ids(&call(session, PACKAGES[1], &json!({ "countryCode": mcc, "type": 2 })));
    assert!(there(639).contains(&1_000_000) && !there(502).contains(&1_000_000));
    let detail = get(session, "/package/detail?id=1000000")["data"].clone();
    assert_eq!(
        (&detail["period"], &detail["packageFlow"], &detail["surplusFlow"]),
        (&json!(2), &json!(-1), &json!("-1"))
    );
    assert_eq!(detail["currencyInfos"][1]["price"], 4.99);
    assert_eq!(detail["coverCountrys"], 639);
}

#[test]
fn a_continent_lists_what_covers_one_of_its_countries() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let continents = call(session, "/package/selectContinentsCode", &json!({}));
    let codes: Vec<&Value> =
        continents["data"].as_array().expect("a list").iter().map(|item| &item["continentsCode"]).collect();
    assert_eq!(codes, ["AF", "AS", "EU", "NA", "OC", "SA"]);
    for code in codes {
        let packages =
            call(session, "/package/selectPackageByContinents", &json!({ "continentsCode": code }));
        assert!(!ids(&packages).is_empty(), "{code}");
        assert_eq!(ids(&packages).contains(&1_000_000), code == "AS");
    }
}

#[test]
fn a_country_is_looked_up_by_code_or_name() {
    let sandbox = under("default");
    let session = sandbox.default_session();
    let names = |body: Value| {
        let answer = call(session, "/package/queryCountry", &body);
        let items = answer["data"].as_array().unwrap_or_else(|| panic!("a list: {answer}")).clone();
        items
            .iter()
            .map(|item| item["isoCountryCode"].as_str().expect("a code").to_owned())
            .collect::<Vec<_>>()
    };
    let all = names(json!({}));
    assert_eq!(
        (all.len(), &*all[45]),
        (46, "ZZ"),
        "the place of the packages that fail by themselves stands last"
    );
    assert_eq!(names(json!({ "countryCode": 520, "isoCountryName": "Malaysia" })), ["TH"]);
    assert_eq!(names(json!({ "isoCountryName": "malaysia" })), ["MY"]);
}
