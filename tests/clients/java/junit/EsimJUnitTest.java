import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests of EsimTest.java as JUnit 5 has them; they run beside each other with junit.jupiter.execution.parallel.enabled=true. */
@ExtendWith(LinksfieldSandboxExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class EsimJUnitTest {
    @Test
    void buysAnEsim(LinksfieldSandbox.Session sandbox) throws Exception {
        EsimTest.buysAnEsim(sandbox);
    }

    @Test
    @Tag("needs_control")
    void anOrderWhoseAnswerIsLostIsStored(LinksfieldSandbox.Session sandbox) throws Exception {
        EsimTest.anOrderWhoseAnswerIsLostIsStored(sandbox);
    }

    @Test
    @Tag("needs_control")
    void anAddressLosesTheAnswerAsWell(LinksfieldSandbox.Session sandbox) throws Exception {
        EsimTest.anAddressLosesTheAnswerAsWell(sandbox);
    }

    @Test
    @Tag("needs_control")
    void anHourLaterThePaymentIsTooLate(LinksfieldSandbox.Session sandbox) throws Exception {
        EsimTest.anHourLaterThePaymentIsTooLate(sandbox);
    }

    @Test
    @Tag("needs_control")
    void theSandboxPaysAndTheMailGoesOut(LinksfieldSandbox.Session sandbox) throws Exception {
        EsimTest.theSandboxPaysAndTheMailGoesOut(sandbox);
    }

    @Test
    @Tag("needs_control")
    @Tag("scenario=sold-out")
    @Tag("seed=7")
    void aSessionCanStartFromAScenario(LinksfieldSandbox.Session sandbox) throws Exception {
        EsimTest.aSessionCanStartFromAScenario(sandbox);
    }

    @ParameterizedTest
    @Tag("needs_control")
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void sixteenAtOnceShareNothing(int number, LinksfieldSandbox.Session sandbox) throws Exception {
        EsimTest.sixteenAtOnceShareNothing(sandbox, number);
    }
}
