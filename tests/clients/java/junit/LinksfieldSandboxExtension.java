import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * JUnit 5: {@code @ExtendWith(LinksfieldSandboxExtension.class)}, and each test may take a {@code LinksfieldSandbox.Session}. Copy it
 * beside LinksfieldSandbox.java, which does the work.
 *
 * {@code @Tag("needs_control")} skips a test where SANDBOX_TARGET is set; {@code @Tag("scenario=sold-out")} and {@code @Tag("seed=7")} say
 * what its session starts from.
 */
public final class LinksfieldSandboxExtension
    implements ParameterResolver, AfterEachCallback, TestExecutionExceptionHandler, ExecutionCondition {
    private static final Namespace OURS = Namespace.create(LinksfieldSandboxExtension.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext test) {
        String why = test.getTags().contains("needs_control") ? LinksfieldSandbox.whyNoControl() : null;
        return why == null ? ConditionEvaluationResult.enabled("") : ConditionEvaluationResult.disabled(why);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == LinksfieldSandbox.Session.class && test.getTestMethod().isPresent();
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getStore(OURS).getOrComputeIfAbsent("session", key -> {
            var options = new HashMap<String, Object>();
            for (String tag : test.getTags()) {
                var words = Arrays.asList(tag.split("=", 2));
                if (words.size() == 2 && words.get(0).equals("seed")) {
                    options.put("seed", Long.valueOf(words.get(1)));
                } else if (words.size() == 2 && words.get(0).equals("scenario")) {
                    options.put("scenario", words.get(1));
                }
            }
            String name = test.getRequiredTestClass().getSimpleName() + " " + test.getRequiredTestMethod().getName() + " " + test.getDisplayName();
            return LinksfieldSandbox.shared().session(name, options);
        });
    }

    @Override
    public void handleTestExecutionException(ExtensionContext test, Throwable failed) throws Throwable {
        if (session(test) != null) {
            test.publishReportEntry(Map.of("sandbox", session(test).excerpt()));
            failed.addSuppressed(new LinksfieldSandbox.SandboxException(session(test).excerpt()));
        }
        throw failed;
    }

    @Override
    public void afterEach(ExtensionContext test) {
        if (session(test) != null) {
            session(test).close();
        }
    }

    private static LinksfieldSandbox.Session session(ExtensionContext test) {
        return test.getStore(OURS).get("session", LinksfieldSandbox.Session.class);
    }
}
