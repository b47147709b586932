import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/**
 * What a shop's own tests look like: buy an eSIM, lose an answer, let an hour pass, sixteen at once. With JUnit: junit/EsimJUnitTest.java.
 *
 * <pre>
 *     javac -d target/clients/java tests/clients/java/*.java
 *     LINKSFIELD_SANDBOX_BIN=target/release/linksfield-sandbox java -cp target/clients/java EsimTest
 * </pre>
 */
final class EsimTest {
    /** The client under test; yours stands here. All that it is told is a base URL and an account. */
    static final class Shop {
        private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build();
        private final String baseUrl;
        private final Map<String, Object> account;
        private String token = "";

        Shop(String baseUrl, Map<String, Object> account) throws IOException, InterruptedException {
            this.baseUrl = baseUrl;
            this.account = account;
            var login = new LinkedHashMap<>(account);
            login.remove("password");
            token = (String) LinksfieldSandbox.fields(call("/user/emailLogin", login).get("data")).get("token");
        }

        Map<String, Object> call(String path, Map<String, Object> body) throws IOException, InterruptedException {
            var request = HttpRequest.newBuilder(URI.create(baseUrl + path)).header("Content-Type", "application/json")
                .header("x-access-token", token).POST(HttpRequest.BodyPublishers.ofString(LinksfieldSandbox.text(body))).build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return LinksfieldSandbox.fields(LinksfieldSandbox.json(answer.body()));
        }

        Map<String, Object> preOrder(String mail, int periods) throws IOException, InterruptedException {
            return call("/v1.2/package/preOrderPackage", Map.of(
                "currency", "USD", "currencyId", 2, "deviceType", "10", "id", 1000000, "packageCode", "LP20220325000000",
                "packageNum", 1, "partnerCode", account.get("partnerCode"), "periodNum", periods, "receive_qr_email", mail));
        }

        Map<String, Object> order() throws IOException, InterruptedException {
            return LinksfieldSandbox.fields(preOrder("test@test.com", 1).get("data"));
        }

        /** What the partner's server tells the vendor once the customer has paid. */
        Object paid(Map<String, Object> order) throws IOException, InterruptedException {
            return call("/v1.1/payment/webhook", Map.of(
                "dateTime", "1670228581", "orderId", order.get("id").toString(), "partnerCode", account.get("partnerCode"),
                "payAmount", order.get("amount").toString(), "payCurrency", order.get("currency"), "type", "payment_intent.succeeded")).get("code");
        }

        Map<String, Object> poll(Map<String, Object> order) throws IOException, InterruptedException {
            return LinksfieldSandbox.fields(call("/package/queryOrdStatusAndEmail", Map.of("orderId", order.get("id"))).get("data"));
        }
    }

    static Shop shop(LinksfieldSandbox.Session sandbox) throws IOException, InterruptedException {
        return new Shop(sandbox.baseUrl(), sandbox.account());
    }

    static void buysAnEsim(LinksfieldSandbox.Session sandbox) throws Exception {
        Shop shop = shop(sandbox);
        var order = shop.order();
        same(0L, shop.poll(order).get("orderPayStatus"));
        same(0L, shop.paid(order));
        var bought = shop.poll(order);
        same(1L, bought.get("orderPayStatus"));
        same("LPA:1$", ((String) bought.get("qrCode")).substring(0, 6));
    }

    static void anOrderWhoseAnswerIsLostIsStored(LinksfieldSandbox.Session sandbox) throws Exception {
        Shop shop = shop(sandbox);
        sandbox.failNext("pre-order", Map.of("fault", "lost", "commit", true));
        breaks(shop::order);
        same(List.of("waiting"), sandbox.orders().stream().map(order -> order.get("payStatus")).toList());
    }

    static void anAddressLosesTheAnswerAsWell(LinksfieldSandbox.Session sandbox) throws Exception {
        Shop shop = shop(sandbox);
        breaks(() -> shop.preOrder("lost-answer@you.example", 1));
        same(1, sandbox.orders().size());
    }

    static void anHourLaterThePaymentIsTooLate(LinksfieldSandbox.Session sandbox) throws Exception {
        Shop shop = shop(sandbox);
        var order = shop.order();
        var fired = LinksfieldSandbox.rows(sandbox.advance("61m").get("fired"));
        same(List.of("orderTimedOut"), fired.stream().map(event -> event.get("kind")).toList());
        same(6006L, shop.paid(order));
    }

    static void theSandboxPaysAndTheMailGoesOut(LinksfieldSandbox.Session sandbox) throws Exception {
        Shop shop = shop(sandbox);
        var order = shop.order();
        sandbox.pay(order.get("id"));
        same(1L, shop.poll(order).get("orderPayStatus"));
        sandbox.verify(
            Map.of("orders", Map.of("payStatus", "paid"), "count", 1), Map.of("mails", Map.of("kind", "qr"), "count", 1));
    }

    static void aSessionCanStartFromAScenario(LinksfieldSandbox.Session sandbox) throws Exception {
        same(7L, sandbox.seed());
        same(3005L, shop(sandbox).preOrder("test@test.com", 1).get("code"));
        same("sbx1~", sandbox.token().substring(0, 5));
    }

    static void sixteenAtOnceShareNothing(LinksfieldSandbox.Session sandbox, int number) throws Exception {
        Shop shop = shop(sandbox);
        var bought = new ArrayList<Object>();
        var codes = new ArrayList<Object>(List.of(0L));
        for (int at = 0; at <= number % 3; at++) {
            bought.add(LinksfieldSandbox.fields(shop.preOrder("test@test.com", 1 + number % 12).get("data")).get("id"));
            codes.add(0L);
        }
        sandbox.failNext("pre-order", Map.of("code", 5000 + number, "custom", true, "message", sandbox.name()));
        var refused = shop.preOrder("test@test.com", 1);
        same(5000L + number, refused.get("code"));
        same(sandbox.name(), refused.get("message"));
        same(bought, sandbox.orders().stream().map(order -> order.get("id")).toList());
        // A login, the orders, the refusal: this test's own calls and nobody else's.
        codes.add(5000L + number);
        same(codes, sandbox.journal().stream().map(entry -> LinksfieldSandbox.fields(entry.get("response")).get("code")).toList());
    }

    static void same(Object wanted, Object got) {
        if (!wanted.equals(got)) {
            throw new AssertionError("wanted " + wanted + ", got " + got);
        }
    }

    static void breaks(Callable<?> call) throws Exception {
        try {
            throw new AssertionError("an answer came: " + call.call());
        } catch (IOException lost) {
            // As it should be.
        }
    }

    private record Case(String name, boolean needsControl, Map<String, ?> start, LinksfieldSandbox.Body body) { }

    public static void main(String[] args) throws Exception {
        var cases = new ArrayList<>(List.of(
            new Case("buys an eSIM", false, Map.of(), EsimTest::buysAnEsim),
            new Case("an order whose answer is lost is stored", true, Map.of(), EsimTest::anOrderWhoseAnswerIsLostIsStored),
            new Case("an address loses the answer as well", true, Map.of(), EsimTest::anAddressLosesTheAnswerAsWell),
            new Case("an hour later the payment is too late", true, Map.of(), EsimTest::anHourLaterThePaymentIsTooLate),
            new Case("the sandbox pays and the mail goes out", true, Map.of(), EsimTest::theSandboxPaysAndTheMailGoesOut),
            new Case("a session can start from a scenario", true, Map.of("scenario", "sold-out", "seed", 7), EsimTest::aSessionCanStartFromAScenario)));
        for (int at = 0; at < 16; at++) {
            int number = at;
            cases.add(new Case("sixteen at once share nothing: " + at, true, Map.of(), sandbox -> sixteenAtOnceShareNothing(sandbox, number)));
        }
        var workers = Executors.newFixedThreadPool(16);
        var ends = workers.invokeAll(cases.stream().map(one -> (Callable<String>) () -> run(one)).toList());
        workers.shutdown();
        var counts = new LinkedHashMap<>(Map.of("passed", 0, "FAILED", 0, "skipped", 0));
        for (var end : ends) {
            counts.merge(end.get(), 1, Integer::sum);
        }
        System.out.println(counts.get("passed") + " passed, " + counts.get("FAILED") + " failed, " + counts.get("skipped") + " skipped");
        System.exit(counts.get("FAILED") == 0 ? 0 : 1);
    }

    private static String run(Case one) {
        String why = one.needsControl() ? LinksfieldSandbox.whyNoControl() : null;
        if (why != null) {
            System.out.println("skipped  " + one.name() + ": " + why);
            return "skipped";
        }
        try {
            LinksfieldSandbox.shared().run("EsimTest " + one.name(), one.start(), one.body());
            System.out.println("passed   " + one.name());
            return "passed";
        } catch (Throwable failed) {
            System.out.println("FAILED   " + one.name() + ": " + failed);
            for (Throwable more : failed.getSuppressed()) {
                System.out.println("  " + more.getMessage());
            }
            return "FAILED";
        }
    }
}
