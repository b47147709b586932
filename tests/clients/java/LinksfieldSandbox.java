import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * linksfield-sandbox for Java tests, in one file: copy it beside your tests. JDK 17 or later, no library; with JUnit 5 also
 * junit/LinksfieldSandboxExtension.java.
 *
 * <pre>
 *     LinksfieldSandbox.shared().run("buys an eSIM", sandbox -> { …sandbox.baseUrl()… });
 * </pre>
 *
 * Each test has a session of its own, named after it: its own orders, clock, rules, journal. A test that fails shows the last entries
 * of its session's journal. Where the server comes from, in this order:
 *
 * <pre>
 *     SANDBOX_TARGET=https://…          the vendor's test environment, or any other base URL: no control, nothing is started
 *     LINKSFIELD_SANDBOX_URL=http://…   a sandbox that runs already (`linksfield-sandbox exec -- mvn test`); it is not stopped
 *     LINKSFIELD_SANDBOX_BIN=/path      this program is started; else `linksfield-sandbox` on the PATH
 * </pre>
 */
public final class LinksfieldSandbox implements AutoCloseable {
    private static final long CONTRACT = 1;
    private static final String HOW_TO_GET_IT = """
        linksfield-sandbox is not on the PATH, and LINKSFIELD_SANDBOX_BIN is not set.
          have a checkout:  cargo build --release && export LINKSFIELD_SANDBOX_BIN=$PWD/target/release/linksfield-sandbox
          have it running:  export LINKSFIELD_SANDBOX_URL=http://127.0.0.1:8484
          want the vendor's test environment:  export SANDBOX_TARGET=https://…""";
    // No proxy, whatever the environment says: the sandbox is on this machine.
    private static final HttpClient HTTP =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build();

    private static LinksfieldSandbox shared;

    private final String url;
    private final String control;
    private final Process process;

    private LinksfieldSandbox(String url, boolean hasControl, Process process) {
        this.url = url.replaceAll("/+$", "");
        this.control = hasControl ? this.url + "/__sandbox" : null;
        this.process = process;
    }

    /** What the sandbox, or the way to it, has to say. */
    public static final class SandboxException extends RuntimeException {
        private static final long serialVersionUID = 1;

        SandboxException(String message) {
            super(message);
        }
    }

    /** A test with a session; it may throw what it likes. */
    public interface Body {
        void run(Session sandbox) throws Throwable;
    }

    /** The server of this process: one that is there, or one that is started once and ends with the process. */
    public static synchronized LinksfieldSandbox shared() {
        if (shared == null) {
            String running = System.getenv("LINKSFIELD_SANDBOX_URL");
            if (target() != null) {
                shared = new LinksfieldSandbox(target(), false, null);
            } else if (running != null && !running.isEmpty()) {
                shared = new LinksfieldSandbox(running, true, null);
            } else {
                shared = start();
                Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
            }
        }
        return shared;
    }

    /** The base URL of SANDBOX_TARGET, or null. A test that needs control is to be skipped if there is one. */
    public static String target() {
        String target = System.getenv("SANDBOX_TARGET");
        return target == null || target.isEmpty() ? null : target;
    }

    /** Why a test that needs control cannot be run here, or null. */
    public static String whyNoControl() {
        return target() == null ? null : "needs control, and SANDBOX_TARGET=" + target() + " has none";
    }

    /** A server of your own: start("--scenario", "sold-out"). It ends with this process, whatever becomes of it. */
    public static LinksfieldSandbox start(String... args) {
        String binary = System.getenv("LINKSFIELD_SANDBOX_BIN");
        if (binary == null || binary.isEmpty()) {
            binary = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).stream()
                .map(folder -> Path.of(folder, "linksfield-sandbox")).filter(Files::isExecutable).map(Path::toString)
                .findFirst().orElseThrow(() -> new SandboxException(HOW_TO_GET_IT));
        }
        var command = new ArrayList<>(List.of(binary, "serve", "--listen", "127.0.0.1:0", "--exit-on-stdin-eof"));
        command.addAll(List.of(args));
        try {
            Path log = Files.createTempFile("linksfield-sandbox", ".log");
            log.toFile().deleteOnExit();
            var builder = new ProcessBuilder(command).redirectError(log.toFile());
            builder.environment().remove("LINKSFIELD_SANDBOX_BIN");
            builder.environment().remove("LINKSFIELD_SANDBOX_URL");
            Process process = builder.start();
            var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = out.readLine();
            if (line == null) {
                throw new SandboxException(String.join(" ", command) + " has ended:\n" + Files.readString(log));
            }
            var ready = line.startsWith("{") ? fields(json(line)) : Map.<String, Object>of();
            if (!Long.valueOf(CONTRACT).equals(ready.get("contract"))) {
                process.destroyForcibly();
                throw new SandboxException(binary + " says " + line + "; this helper knows contract " + CONTRACT
                    + ". Copy LinksfieldSandbox.java anew from the version that you run.");
            }
            return new LinksfieldSandbox((String) ready.get("url"), true, process);
        } catch (IOException error) {
            throw new SandboxException(binary + " cannot be started: " + error.getMessage() + ". LINKSFIELD_SANDBOX_BIN names it.");
        }
    }

    public String url() {
        return url;
    }

    public Session session(String name) {
        return session(name, Map.of());
    }

    /** session("my test", Map.of("seed", 7, "scenario", "sold-out")). The server makes a slug of the name. */
    public Session session(String name, Map<String, ?> options) {
        if (control == null) {
            var env = System.getenv();
            var account = Map.<String, Object>of(
                "email", env.getOrDefault("SANDBOX_TARGET_EMAIL", "mei.tan@traveller.example"),
                "passwd", env.getOrDefault("SANDBOX_TARGET_PASSWD", "dea5c48620abe0fa8fdab91b05d469cf"),
                "partnerCode", env.getOrDefault("SANDBOX_TARGET_PARTNER", "1000000005"));
            return new Session(Map.of("id", "target", "urls", Map.of("path", url), "demoUser", account), null);
        }
        for (int at = 1;; at++) {
            var body = new LinkedHashMap<String, Object>(options);
            body.put("name", at == 1 ? name : at + "-" + name);
            var made = fields(ask("POST", control + "/sessions", body, 409));
            if (made.containsKey("id")) {
                return new Session(made, control);
            }
            var error = fields(made.get("error"));
            if (!"session-exists".equals(error.get("code"))) {
                throw new SandboxException("no session for " + name + ": " + error.get("message"));
            }
        }
    }

    public void run(String name, Body body) throws Throwable {
        run(name, Map.of(), body);
    }

    /** Runs a test in a session named after it; of a failure, the last calls are added to what it says. */
    public void run(String name, Map<String, ?> options, Body body) throws Throwable {
        try (Session session = session(name, options)) {
            try {
                body.run(session);
            } catch (Throwable failed) {
                failed.addSuppressed(new SandboxException(session.excerpt()));
                throw failed;
            }
        }
    }

    /** In words, and if nobody listens by force. */
    @Override
    public void close() {
        if (process == null || !process.isAlive()) {
            return;
        }
        try {
            ask("POST", control + "/shutdown", null);
        } catch (SandboxException gone) {
            process.destroy();
        }
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
        }
    }

    /** A whole sandbox in miniature. Give baseUrl() to the client under test. Closing it drops it. */
    public static final class Session implements AutoCloseable {
        private final Map<String, Object> made;
        private final String at;

        private Session(Map<String, Object> made, String control) {
            this.made = made;
            this.at = control == null ? null : control + "/sessions/" + made.get("id");
        }

        public String name() {
            return (String) made.get("id");
        }

        public String baseUrl() {
            return (String) fields(made.get("urls")).get("path");
        }

        public Object seed() {
            return made.get("seed");
        }

        /** email, passwd and partnerCode of an account that is there from the start. */
        public Map<String, Object> account() {
            return fields(made.get("demoUser"));
        }

        /** A ready token of the account, for x-access-token. */
        public String token() {
            need("token");
            return (String) made.get("token");
        }

        /** Any other call of the session's control API: control("GET", "/profiles", null). */
        public Map<String, Object> control(String method, String path, Object body, Integer... passing) {
            need(method + " " + path);
            return fields(ask(method, at + path, body, passing));
        }

        /** failNext("pre-order", Map.of("fault", "lost", "commit", true)), Map.of("code", 6006, "times", 2) */
        public void failNext(String on, Map<String, ?> what) {
            var body = new LinkedHashMap<String, Object>(what);
            body.put("on", on);
            control("POST", "/fail-next", body);
        }

        /** Moves the session's clock, "61m" or "3d"; what happened on the way is in `fired`. */
        public Map<String, Object> advance(String by) {
            return control("POST", "/clock/advance", Map.of("by", by));
        }

        public Map<String, Object> pay(Object order) {
            return pay(order, Map.of());
        }

        /** The partner's server tells the vendor: Map.of("outcome", "fail"), amount, copies, after. */
        public Map<String, Object> pay(Object order, Map<String, ?> how) {
            return control("POST", "/orders/" + order + "/pay", how);
        }

        public List<Map<String, Object>> orders() {
            return rows(control("GET", "/orders?limit=1000", null).get("orders"));
        }

        /** journal(), journal("on=pre-order", "last=5") */
        public List<Map<String, Object>> journal(String... filters) {
            return rows(control("GET", "/journal?" + String.join("&", filters), null).get("entries"));
        }

        /** verify(Map.of("orders", Map.of("payStatus", "paid"), "count", 1)); of none, what the session's scenario expects. */
        public void verify(Object... expect) {
            var found = control("POST", "/verify", expect.length == 0 ? Map.of() : Map.of("expect", List.of(expect)), 409);
            if (!Boolean.TRUE.equals(found.get("met"))) {
                throw new AssertionError(found.containsKey("diff") ? found.get("diff") : fields(found.get("error")).get("message"));
            }
        }

        /** The last entries of the journal, a line each, for somebody who looks at a failed test. */
        public String excerpt() {
            if (at == null) {
                return baseUrl() + " is a target without control: no journal";
            }
            var lines = new ArrayList<String>(List.of("session " + name() + ", seed " + seed() + ", " + baseUrl()));
            for (var entry : journal("last=10")) {
                var asked = fields(entry.get("request"));
                var told = fields(entry.get("response"));
                var line = new StringBuilder("turn " + entry.get("turn") + "  " + asked.get("method") + " " + asked.get("target") + "  " + told.get("status"));
                if (told.get("code") != null) {
                    line.append(" code ").append(told.get("code"));
                }
                if (told.get("body") instanceof Map<?, ?> body && body.get("message") != null && !Long.valueOf(0).equals(told.get("code"))) {
                    line.append(" \"").append(body.get("message")).append('"');
                }
                if (entry.get("rule") != null) {
                    line.append("  rule ").append(entry.get("rule"));
                }
                for (String more : List.of("wire", "notes")) {
                    ((List<?>) entry.get(more)).forEach(text -> line.append("; ").append(text));
                }
                lines.add(line.toString());
            }
            return String.join("\n  ", lines);
        }

        @Override
        public void close() {
            if (at != null) {
                ask("DELETE", at, null, 404, 410);
            }
        }

        private void need(String what) {
            if (at == null) {
                throw new SandboxException(what + " needs control, and " + baseUrl() + " is a target without: skip the test if whyNoControl() says so");
            }
        }
    }

    private static Object ask(String method, String url, Object body, Integer... passing) {
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(60)).header("Content-Type", "application/json")
            .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(text(body)));
        String token = System.getenv("LINKSFIELD_SANDBOX_CONTROL_TOKEN");
        if (token != null && !token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer;
        try {
            answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException gone) {
            throw new SandboxException(method + " " + url + ": nobody answers (" + gone + "). Has the server been stopped?");
        }
        if (answer.statusCode() >= 300 && !List.of(passing).contains(answer.statusCode())) {
            String said = answer.body();
            if (said.startsWith("{")) {
                var error = fields(fields(json(said)).get("error"));
                said = error.get("message") + (error.get("pointer") == null ? "" : " " + error.get("pointer"))
                    + (error.get("help") == null ? "" : "\n  help: " + error.get("help"));
            }
            throw new SandboxException(method + " " + url + " was answered " + answer.statusCode() + ": " + said);
        }
        return answer.body().isEmpty() ? Map.of() : json(answer.body());
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> fields(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    @SuppressWarnings("unchecked")
    public static List<Map<String, Object>> rows(Object value) {
        return value instanceof List<?> list ? (List<Map<String, Object>>) list : List.of();
    }

    /** JSON of maps, lists, texts, numbers, booleans and null. */
    public static String text(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream().map(entry -> text(entry.getKey().toString()) + ":" + text(entry.getValue())).collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(LinksfieldSandbox::text).collect(Collectors.joining(",", "[", "]"));
        }
        if (!(value instanceof String string)) {
            return String.valueOf(value);
        }
        var out = new StringBuilder("\"");
        for (char c : string.toCharArray()) {
            out.append(c == '"' || c == '\\' ? "\\" + c : c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return out.append('"').toString();
    }

    /** What a JSON text says: Map, List, String, Long, Double, Boolean or null. */
    public static Object json(String text) {
        var reader = new Json(text);
        Object value = reader.value();
        if (reader.next() != '\0') {
            throw new SandboxException("more than one JSON value: " + text);
        }
        return value;
    }

    private static final class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        char next() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : '\0';
        }

        boolean takes(char c) {
            boolean is = next() == c;
            at += is ? 1 : 0;
            return is;
        }

        void must(char c) {
            if (!takes(c)) {
                throw new SandboxException("no JSON, " + c + " expected at " + at + ": " + text);
            }
        }

        Object value() {
            if (takes('{')) {
                var map = new LinkedHashMap<String, Object>();
                while (!takes('}')) {
                    String key = string();
                    must(':');
                    map.put(key, value());
                    if (next() != '}') {
                        must(',');
                    }
                }
                return map;
            }
            if (takes('[')) {
                var list = new ArrayList<Object>();
                while (!takes(']')) {
                    list.add(value());
                    if (next() != ']') {
                        must(',');
                    }
                }
                return list;
            }
            if (next() == '"') {
                return string();
            }
            int from = at;
            while (at < text.length() && "+-.".indexOf(text.charAt(at)) + 1 + (Character.isLetterOrDigit(text.charAt(at)) ? 1 : 0) > 0) {
                at++;
            }
            String word = text.substring(from, at);
            try {
                return switch (word) {
                    case "true" -> true;
                    case "false" -> false;
                    case "null" -> null;
                    default -> word.matches("-?\\d+") ? (Object) Long.valueOf(word) : (Object) Double.valueOf(word);
                };
            } catch (NumberFormatException none) {
                throw new SandboxException("no JSON at " + from + ": " + text);
            }
        }

        String string() {
            must('"');
            var out = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"') {
                char c = text.charAt(at++);
                if (c == '\\' && at < text.length()) {
                    c = text.charAt(at++);
                    switch (c) {
                        case 'n' -> c = '\n';
                        case 't' -> c = '\t';
                        case 'r' -> c = '\r';
                        case 'b' -> c = '\b';
                        case 'f' -> c = '\f';
                        case 'u' -> {
                            c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                            at += 4;
                        }
                        default -> { }
                    }
                }
                out.append(c);
            }
            must('"');
            return out.toString();
        }
    }
}
