// Java's own HttpClient as it is by default: it offers HTTP/2 with its first call.
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

class JavaHttpClient {
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    static String answer(HttpRequest.Builder request) throws Exception {
        request.header("Accept-Language", "").header("x-access-token", "");
        return "answer\t" + CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    public static void main(String[] urls) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println("version\tJava " + System.getProperty("java.version"));
        for (var count = 0; count < 2; count++) {
            var body = HttpRequest.BodyPublishers.ofString(System.getenv("BODY"));
            out.println(answer(HttpRequest.newBuilder(URI.create(urls[0])).header("Content-Type", "application/json").POST(body)));
        }
        out.println(answer(HttpRequest.newBuilder(URI.create(urls[1]))));
    }
}
