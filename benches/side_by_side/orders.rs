//! Order numbers under load: each given once, and all of them in order.

use serde_json::{Value, json};

use crate::Outcome;
use crate::client::{Answer, Client, Next};
use crate::load::real;
use crate::server::Server;
use crate::work::Work;

/// What one answer says about its order.
#[derive(Clone)]
struct Order {
    id: u64,
    number: String,
}

impl Order {
    fn read(answer: Answer<'_>) -> Outcome<Self> {
        let body: Value = serde_json::from_slice(answer.body)?;
        let order = |data: &Value| {
            Some(Self { id: data["id"].as_u64()?, number: data["orderNo"].as_str()?.to_owned() })
        };
        order(&body["data"]).ok_or_else(|| format!("an answer lacks its id or its orderNo: {body}").into())
    }

    fn follows(&self, earlier: &Self) -> bool {
        self.id > earlier.id && self.number > earlier.number
    }

    fn to_json(&self) -> Value {
        json!({ "id": self.id, "orderNo": self.number })
    }

    fn show(&self) -> String {
        format!("id {} with orderNo {}", self.id, self.number)
    }
}

pub(crate) fn verify(count: usize, connections: usize) -> Outcome<Value> {
    let weighed = count
        .checked_sub(connections)
        .filter(|&weighed| weighed > 0)
        .ok_or_else(|| format!("--orders wants more orders than the {connections} connections"))?;
    println!("{count} pre-orders on {connections} connections to one server ...");
    let server = Server::ours(&[])?;
    let mut client = Client::connect(server.address, connections, &Work::pre_orders())?;
    let mut received = vec![Vec::new(); connections];

    // The first order on each connection also makes the server set that connection up. Its memory is read
    // only then, so that orders alone are weighed.
    order(&mut client, connections, &mut received)?;
    let before_kib = server.resident_kib()?;
    order(&mut client, weighed, &mut received)?;
    let after_kib = server.resident_kib()?;

    let orders = check(&received)?;
    let (first, last) = (&orders[0], &orders[orders.len() - 1]);
    let bytes_per_order = (real(after_kib) - real(before_kib)) * 1024.0 / real(weighed.try_into()?);
    println!("no id and no orderNo was given twice");
    println!("sorted by id the orderNos rise, sorted by orderNo the ids");
    println!("both rise on each connection as received");
    println!("first: {}", first.show());
    println!("last:  {}", last.show());
    println!("memory: {before_kib} KiB before, {after_kib} KiB after, {bytes_per_order:.0} bytes per order");
    Ok(json!({
        "orders": orders.len(),
        "connections": connections,
        "first": first.to_json(),
        "last": last.to_json(),
        "before_kib": before_kib,
        "after_kib": after_kib,
        "bytes_per_order": bytes_per_order,
    }))
}

/// Sends this many orders, as many at a time as there are connections, and notes what each of these receives.
fn order(client: &mut Client, count: usize, received: &mut [Vec<Order>]) -> Outcome<()> {
    let at_once = count.min(received.len());
    client.send_on_first(at_once)?;
    let mut unsent = count - at_once;
    let mut unanswered = count;
    while unanswered > 0 {
        client.turn(|connection, answer| {
            received[connection].push(Order::read(answer)?);
            unanswered -= 1;
            if unsent == 0 {
                return Ok(Next::Rest);
            }
            unsent -= 1;
            Ok(Next::Send)
        })?;
    }
    Ok(())
}

/// All orders sorted by id, if their numbers are what they must be.
fn check(received: &[Vec<Order>]) -> Outcome<Vec<Order>> {
    let mut orders = received.concat();

    orders.sort_by(|one, other| one.number.cmp(&other.number));
    if let Some((one, other)) = neighbours(&orders).find(|(one, other)| one.number == other.number) {
        return Err(format!("one orderNo was given twice: {}, {}", one.show(), other.show()).into());
    }
    orders.sort_by_key(|order| order.id);
    if let Some((one, other)) = neighbours(&orders).find(|(one, other)| one.id == other.id) {
        return Err(format!("one id was given twice: {}, {}", one.show(), other.show()).into());
    }
    // As nothing occurs twice, this holds in the order of the numbers if it holds in that of the ids.
    if let Some((one, other)) = neighbours(&orders).find(|(one, other)| !other.follows(one)) {
        return Err(format!("id and orderNo do not rise together: {}, {}", one.show(), other.show()).into());
    }
    for (connection, orders) in received.iter().enumerate() {
        if let Some((one, other)) = neighbours(orders).find(|(one, other)| !other.follows(one)) {
            return Err(
                format!("connection {connection} received {} after {}", other.show(), one.show()).into()
            );
        }
    }
    Ok(orders)
}

fn neighbours(orders: &[Order]) -> impl Iterator<Item = (&Order, &Order)> {
    orders.iter().zip(orders.iter().skip(1))
}
