//! What a mail says, in both languages: its subject, and its body as text and as HTML.
//!
//! The vendor's own wording is not public, so all of this is ours, and each mail says so.

use std::borrow::Cow;
use std::fmt::Write;

use super::mail::content_id;
use crate::session::letter::{Content, Letter};

use crate::domain::language::Language;

/// The subject, in one line.
pub(crate) fn subject(letter: &Letter) -> String {
    let text = match (&letter.content, is_chinese(letter)) {
        (Content::Qr { order_no, package, .. }, false) => format!("Your eSIM: {package} (order {order_no})"),
        (Content::Qr { order_no, package, .. }, true) => format!("您的 eSIM：{package}（订单 {order_no}）"),
        (Content::Code { code }, false) => format!("Your verification code: {code}"),
        (Content::Code { code }, true) => format!("您的验证码：{code}"),
    };
    line(&text).into_owned()
}

/// The body as plain text.
pub(crate) fn text(letter: &Letter) -> String {
    let page = Page::of(letter);
    let mut text = format!("{}\n\n", page.lead);
    for (label, value) in &page.rows {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{label}{}{}", page.colon, line(value));
    }
    let _ = writeln!(text, "\n-- \n{}\n{}", page.sandbox, page.ours);
    text
}

/// The body as HTML that loads nothing: the picture is the mail's own part, named by `cid:`.
pub(crate) fn html(letter: &Letter) -> String {
    let page = Page::of(letter);
    let mut rows = String::new();
    for (label, value) in &page.rows {
        let value = escape(&line(value));
        let _ = writeln!(
            rows,
            "<tr><th align=\"left\" style=\"padding:2px 16px 2px 0;white-space:nowrap\">{label}</th>\
             <td style=\"font-family:monospace\">{value}</td></tr>"
        );
    }
    let picture = match &page.picture {
        Some(alt) => format!("<p><img src=\"cid:{}\" alt=\"{alt}\"></p>\n", escape(&content_id(letter))),
        None => String::new(),
    };
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body style=\"font-family:sans-serif\">\n<p>{lead}</p>\n{picture}<table>\n{rows}</table>\n<hr>\n\
         <p><strong>{sandbox}</strong> {ours}</p>\n</body>\n</html>\n",
        lang = page.lang,
        title = escape(&subject(letter)),
        lead = page.lead,
        sandbox = page.sandbox,
        ours = page.ours,
    )
}

/// What both forms of a body are made of. All of it but the rows' values is constant and free of markup.
struct Page<'a> {
    lang: &'static str,
    lead: &'static str,
    colon: &'static str,
    rows: Vec<(&'static str, Cow<'a, str>)>,
    /// What stands in for the picture where it is not shown.
    picture: Option<&'static str>,
    sandbox: &'static str,
    ours: &'static str,
}

impl<'a> Page<'a> {
    fn of(letter: &'a Letter) -> Self {
        if is_chinese(letter) { Self::chinese(&letter.content) } else { Self::english(&letter.content) }
    }

    fn english(content: &'a Content) -> Self {
        let (lead, sandbox, picture) = match content {
            Content::Qr { .. } => (
                "Thank you for your order. This is the QR code of your eSIM.",
                "This mail comes from a local sandbox: nothing was bought, and this eSIM cannot be installed.",
                Some("QR code"),
            ),
            Content::Code { .. } => (
                "This is the verification code that you asked for.",
                "This mail comes from a local sandbox: the code is of use there only.",
                None,
            ),
        };
        let labels = ["Package", "Order", "Amount", "ICCID", "QR code", "Code"];
        let ours = "Its wording is the sandbox's own.";
        Self { lang: "en", lead, colon: ": ", rows: rows(content, labels), picture, sandbox, ours }
    }

    fn chinese(content: &'a Content) -> Self {
        let (lead, sandbox, picture) = match content {
            Content::Qr { .. } => (
                "感谢您的订购。以下是您的 eSIM 二维码。",
                "本邮件来自本地沙盒环境：未发生任何真实交易，此 eSIM 无法安装。",
                Some("二维码"),
            ),
            Content::Code { .. } => {
                ("以下是您申请的验证码。", "本邮件来自本地沙盒环境：此验证码仅在该环境中有效。", None)
            }
        };
        let labels = ["套餐", "订单号", "金额", "ICCID", "二维码内容", "验证码"];
        let ours = "邮件文字由沙盒自行拟定。";
        Self { lang: "zh-CN", lead, colon: "：", rows: rows(content, labels), picture, sandbox, ours }
    }
}

/// The values of a content beside their labels.
fn rows<'a>(content: &'a Content, labels: [&'static str; 6]) -> Vec<(&'static str, Cow<'a, str>)> {
    let [package_label, order_label, amount_label, iccid_label, qr_label, code_label] = labels;
    match content {
        Content::Qr { order_no, package, iccid, qr_text, amount, currency } => vec![
            (package_label, package.into()),
            (order_label, order_no.into()),
            (amount_label, format!("{amount} {currency}").into()),
            (iccid_label, iccid.into()),
            (qr_label, qr_text.into()),
        ],
        Content::Code { code } => vec![(code_label, code.into())],
    }
}

fn is_chinese(letter: &Letter) -> bool {
    match letter.language {
        // Nobody asked for a language.
        Language::Printed | Language::English => false,
        Language::Chinese => true,
    }
}

/// A value as part of one line: what would end the line, or steer a terminal, is a space.
fn line(value: &str) -> Cow<'_, str> {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if value.contains(breaks) { value.replace(breaks, " ").into() } else { value.into() }
}

/// A value as HTML, in an element or in a quoted attribute.
fn escape(value: &str) -> String {
    let mut html = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
    }
    html
}
