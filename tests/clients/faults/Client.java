// What Java's own HttpClient makes of each fault: the exception that reaches the application, and its cause.
//
//     java Client.java JOB…     a job is `HOW:NAME:URL`; one line `NAME<TAB>CLASS` for each, after one with the version
//
// HOW is `fresh` (a pre-order on a new connection), `kept` (one behind a good call on the same connection), `next` (one more behind
// it; both classes are told) or `get` (a detail on a new connection). Java reads no JSON by itself: an answer that was read whole is
// told by its status.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

class Client {
    static final String BODY =
        "{\"currency\":\"USD\",\"id\":1000000,\"packageCode\":\"LP20220325000000\",\"partnerCode\":\"1000000005\",\"periodNum\":1}";
    static final String PRE_ORDER = "/v1.2/package/preOrderPackage", DETAIL = "/v1.1/package/detail?id=1000000";

    static String judged(HttpClient client, String url, boolean isOrder) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(2));
        if (isOrder) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(BODY));
        }
        // The time-out of a request ends with its head: whoever waits for the body needs one of his own.
        var answer = client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
        try {
            return "HTTP " + answer.get(5, TimeUnit.SECONDS).statusCode();
        } catch (TimeoutException waits) {
            answer.cancel(true);
            return "waits on";
        } catch (ExecutionException failed) {
            var error = failed.getCause();
            var cause = error.getCause();
            var isTold = cause != null && !cause.getClass().getName().startsWith("jdk.internal.");
            return error.getClass().getName() + (isTold ? " (" + cause.getClass().getName() + ")" : "");
        }
    }

    static String run(String job) {
        var parts = job.split(":", 3);
        String how = parts[0], name = parts[1], url = parts[2];
        try {
            var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build();
            if (how.equals("kept")) {
                judged(client, url + DETAIL, false);
            }
            var found = how.equals("get") ? judged(client, url + DETAIL, false) : judged(client, url + PRE_ORDER, true);
            if (how.equals("next")) {
                found += ", then " + judged(client, url + PRE_ORDER, true);
            }
            return name + "\t" + found;
        } catch (Exception error) {
            return name + "\t" + error;
        }
    }

    public static void main(String[] args) throws Exception {
        System.out.println("version\tJava " + System.getProperty("java.version"));
        var workers = Executors.newFixedThreadPool(16);
        for (var job : args) {
            workers.submit(() -> System.out.println(run(job)));
        }
        workers.shutdown();
        workers.awaitTermination(10, TimeUnit.MINUTES);
        System.exit(0);
    }
}
