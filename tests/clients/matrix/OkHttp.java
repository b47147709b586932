// OkHttp, as Debian has it. A body made of a text gets a charset into its type.
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.internal.Version;

class OkHttp {
    static final OkHttpClient CLIENT = new OkHttpClient();

    static String answer(Request.Builder request) throws Exception {
        request.header("Accept-Language", "").header("x-access-token", "");
        try (var response = CLIENT.newCall(request.build()).execute()) {
            return "answer\t" + response.body().string();
        }
    }

    public static void main(String[] urls) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println("version\tOkHttp " + Version.userAgent().replace("okhttp/", "").replace("${project.version}", "3.13.1"));
        for (var count = 0; count < 2; count++) {
            var body = RequestBody.create(MediaType.parse("application/json"), System.getenv("BODY"));
            out.println(answer(new Request.Builder().url(urls[0]).post(body)));
        }
        out.println(answer(new Request.Builder().url(urls[1])));
        System.exit(0);
    }
}
