//! Random verbs, and what a world answers to them.

use super::*;

#[derive(Clone, Copy, Debug)]
pub(super) enum Verb {
    Order,
    TopUp,
    Pay,
    Poll,
    TimeOut,
    Withdraw,
    Install,
    PayLater,
    Advance,
    AdvanceDays,
    Register,
    Login,
    Password,
    Code,
    ExpireToken,
    Price,
    Setting,
    Rename,
    CallBack,
    ForgetCallbacks,
    Wake,
    OrderPlan,
    OrderPlans,
    OrderOta,
    Enable,
    Cancel,
    End,
    Pause,
    Resume,
    PauseSim,
    ResumeSim,
    Renew,
    Reduce,
    Download,
    Terminate,
    Text,
    Uplink,
    Announce,
}

pub(super) const VERBS: &[Verb] = &[
    Verb::Order,
    Verb::Order,
    Verb::Order,
    Verb::TopUp,
    Verb::Pay,
    Verb::Pay,
    Verb::Pay,
    Verb::Poll,
    Verb::TimeOut,
    Verb::Withdraw,
    Verb::Install,
    Verb::PayLater,
    Verb::Advance,
    Verb::Advance,
    Verb::AdvanceDays,
    Verb::Register,
    Verb::Login,
    Verb::Password,
    Verb::Code,
    Verb::ExpireToken,
    Verb::Price,
    Verb::Setting,
    Verb::Setting,
    Verb::Rename,
    Verb::CallBack,
    Verb::ForgetCallbacks,
    Verb::Wake,
    Verb::OrderPlan,
    Verb::OrderPlan,
    Verb::OrderPlans,
    Verb::OrderOta,
    Verb::Enable,
    Verb::Enable,
    Verb::Cancel,
    Verb::End,
    Verb::Pause,
    Verb::Resume,
    Verb::PauseSim,
    Verb::ResumeSim,
    Verb::Renew,
    Verb::Reduce,
    Verb::Download,
    Verb::Terminate,
    Verb::Text,
    Verb::Uplink,
    Verb::Announce,
];

/// A verb, what it is done to, and how.
pub(super) type Command = (Verb, usize, i64);

pub(super) fn commands(most: usize) -> impl Strategy<Value = Vec<Command>> {
    proptest::collection::vec((proptest::sample::select(VERBS), 0..12_usize, 0..1_000_i64), 0..most)
}

fn wish() -> Wish<'static> {
    Wish {
        package: Some(7),
        currency: Some("USD"),
        periods: Some(1),
        packages: Some(1),
        partner: Some("P"),
        ..Wish::default()
    }
}

fn buyer(who: usize) -> Buyer<'static> {
    let account = PEOPLE[who % 4];
    Buyer { partner: "P", account, mail_to: PEOPLE[(who + 1) % 4], language: Language::English }
}

/// Each mail has a fate of its own.
fn see(world: &mut World) {
    while let Some(notice) = world.next_notice() {
        if let Notice::Written(mail) = notice {
            match mail.0 % 4 {
                0 => world.delay_mail(mail, Span::from_millis(5_000_000).expect("short")),
                1 => world.lose_mail(mail),
                2 => world.bounce_mail(mail),
                _ => world.deliver_mail(mail),
            }
        }
    }
}

fn pay(world: &mut World, due: Due) -> String {
    let Some((id, partner, report, currency, amount)) = world.truthful(due) else { return String::new() };
    let order = id.to_string();
    let (order, partner, currency) = (order.as_str(), partner.as_str(), currency.as_str());
    let said = world.report(&Notification { order, partner, report, currency, amount, is_ours: false });
    format!("{said:?}")
}

pub(super) fn advance(world: &mut World, to: Moment) {
    loop {
        let reached = world.advance_to(to);
        if let Advanced::Pay(due) = reached {
            pay(world, due);
        }
        see(world);
        if reached == Advanced::There {
            return;
        }
    }
}

/// Carries a command out; the answer in words.
pub(super) fn obey(world: &mut World, (verb, which, how): Command) -> String {
    let order = OrderOrdinal(u32::try_from(which).expect("small"));
    let (email, passwd) = (PEOPLE[which % 4], if how % 2 == 0 { "one" } else { "two" });
    let who = Credentials { email, passwd, partner: "P" };
    let report = if how % 4 == 0 { Report::Failed } else { Report::Succeeded };
    let span = |millis: i64| Span::from_millis(millis.unsigned_abs()).expect("short");
    let esim = world.order_at(order).map(|order| order.esim);
    let answer = match verb {
        Verb::Order => {
            let quote = world.judge(&wish()).expect("a good wish");
            format!("{:?}", world.pre_order(quote, buyer(which)))
        }
        Verb::TopUp => {
            let is_paid = world.order_at(order).is_some_and(|order| order.stage.is_paid());
            match (is_paid, esim) {
                (true, Some(Esim::New(_))) => {
                    let quote = world.judge(&wish()).expect("a good wish");
                    format!("{:?}", world.top_up(quote, buyer(which), order))
                }
                _ => String::new(),
            }
        }
        Verb::Pay => pay(world, Due { order, report, amount: None }),
        Verb::Poll => format!("{:?}", world.poll(order)),
        Verb::TimeOut => world.time_out_now(order).to_string(),
        Verb::Withdraw | Verb::Install => match (verb, esim) {
            (Verb::Withdraw, Some(Esim::New(profile))) => world.withdraw_profile(profile).to_string(),
            (Verb::Install, Some(Esim::New(profile))) => {
                let installation = if how % 3 == 0 { Installation::Released } else { Installation::Enabled };
                world.install(profile, installation).to_string()
            }
            _ => String::new(),
        },
        Verb::PayLater => {
            if esim.is_some() {
                world.pay_later(Due { order, report, amount: None }, span(how * 5_000));
            }
            String::new()
        }
        Verb::Advance | Verb::AdvanceDays => {
            let by = if matches!(verb, Verb::Advance) { how * 4_000 } else { how * 4_000_000 };
            let then = world.now().plus(span(by)).expect("within the calendar");
            advance(world, then);
            format!("{:?}", world.take_fired())
        }
        Verb::Register => format!("{:?}", world.register(&who)),
        Verb::Login => format!("{:?}", world.login(&who)),
        Verb::Password => format!("{:?}", world.reset_password(&who)),
        Verb::Code => {
            let sent = world.send_verification_code(email, Language::Chinese);
            format!("{sent:?} {:?}", world.verification_code(email))
        }
        Verb::ExpireToken => world.expire_token(order.0).to_string(),
        Verb::Price => {
            let stock = world.stock_to_change(7);
            let package = stock.packages.get_mut(&7).expect("the package");
            package.prices = vec![(2, Money::parse(&how.to_string()).expect("an amount"))];
            String::new()
        }
        Verb::Setting => {
            let (key, value) = [
                ("auth", "strict"),
                ("auth", "lenient"),
                ("settle", "3s"),
                ("settle", "3polls"),
                ("settle", "off"),
                ("preOrderLimit", "10m"),
                ("preOrderLimit", "60m"),
                ("payAfterFailure", "true"),
                ("payAfterFailure", "false"),
                ("payAmountUnit", "minor"),
                ("usageWarnings", "50+80+100"),
                ("orderDateZone", "UTC+8"),
            ][which];
            let mut policy = world.policy().clone();
            assert!(policy.set(key, value).is_ok());
            world.set_policy(policy);
            String::new()
        }
        Verb::Rename => {
            world.rename("test", 1 + how.unsigned_abs() % 3);
            String::new()
        }
        Verb::CallBack => {
            let then = world.now().plus(span(how * 9_000)).expect("within the calendar");
            world.call_back_at(then, how.unsigned_abs());
            String::new()
        }
        Verb::ForgetCallbacks => {
            world.forget_callbacks();
            String::new()
        }
        _ => obey_fleet(world, (verb, which, how)),
    };
    see(world);
    let _ = world.take_steps();
    let usage = (0..4).map(|sim| world.current_usage(SimOrdinal(sim)).used).sum::<u64>();
    format!("{verb:?} {answer} {usage} {:?}", world.mail(MailOrdinal(order.0)))
}

/// The verbs of SIMs.
fn obey_fleet(world: &mut World, (verb, which, how): Command) -> String {
    let plan_order = PlanOrderOrdinal(u32::try_from(which).expect("small"));
    let plan_order_id = world.plan_order_id(plan_order);
    let sim = SimOrdinal(plan_order.0);
    let iccid = SIMS[which % 4];
    let periods = 1 + how % 3;
    let start = if how % 2 == 0 { Start::Now } else { Start::Later };
    let test = (how % 5 == 0).then_some(1_000_000);
    let plan =
        PlanWish { plan: PLANS[which % 3], kind: None, periods, start, test, payment: Payment::default() };
    match verb {
        Verb::Wake => {
            world.wake_fleet();
            String::new()
        }
        Verb::OrderPlan => format!("{:?}", world.order_plan("P", iccid, &plan)),
        Verb::OrderPlans => format!("{:?}", world.order_plans("P", &SIMS[..2], &plan)),
        Verb::OrderOta => {
            let plan = PlanWish { plan: "OTA", periods: 1, ..plan };
            format!(
                "{:?}",
                world.order_ota_plan("P", iccid, &plan, &OtaWish { days: periods, mcc: "460", timing: "0" })
            )
        }
        Verb::Enable => format!("{:?}", world.enable_order("P", &plan_order_id)),
        Verb::Cancel => format!("{:?}", world.cancel_order("P", &plan_order_id)),
        Verb::End => format!("{:?}", world.end_order("P", &plan_order_id)),
        Verb::Pause => format!("{:?}", world.pause_order("P", &plan_order_id)),
        Verb::Resume => format!("{:?}", world.resume_order("P", &plan_order_id)),
        Verb::PauseSim => format!("{:?}", world.pause_sim("P", iccid)),
        Verb::ResumeSim => format!("{:?}", world.resume_sim("P", iccid)),
        Verb::Renew => format!("{:?}", world.renew_order("P", &plan_order_id, periods)),
        Verb::Reduce => format!("{:?}", world.reduce_cycles(plan_order, 1)),
        Verb::Download => format!("{:?}", world.download_imsi(plan_order)),
        Verb::Terminate => format!("{:?}", world.terminate_sim(sim)),
        Verb::Text => format!("{:?}", world.send_sms("P", iccid, "hello")),
        Verb::Uplink => {
            let binary = Message::Binary([1_u8, 2, 255].as_slice().into());
            let message = if how % 2 == 0 { Message::Text("hi".into()) } else { binary };
            format!("{:?}", world.receive_sms(sim, message))
        }
        Verb::Announce => {
            let what = Happening::Usage { order: plan_order, percent: 80, used: 1, quota: 2 };
            format!("{:?}", (plan_order.0 < 4).then(|| world.announce(sim, what)))
        }
        other => unreachable!("{other:?} is no verb of SIMs"),
    }
}
