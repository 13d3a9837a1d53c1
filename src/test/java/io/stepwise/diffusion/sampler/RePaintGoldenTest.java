package io.stepwise.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.diffusion.RePaintCase;
import io.stepwise.diffusion.SamplersGoldenTest;
import io.stepwise.diffusion.TrajectoryRun;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The inpainting runs among samplers-*.json, at every operation. */
class RePaintGoldenTest {
    @Test
    void trajectory_ofRePaint_visitsTheReferencesStates() {
        List<RePaintCase> cases = RePaintCase.all();
        assertThat(cases).isNotEmpty();
        cases.forEach(RePaintGoldenTest::check);
    }

    private static void check(RePaintCase golden) {
        List<TrajectoryRun.Done> done = TrajectoryRun.inpainting(
                golden.trajectory(),
                golden.network(),
                golden.noise().get(0),
                golden.noise()::get,
                new TrajectoryRun.Inpainting(golden.mask(), golden.image()));

        SamplersGoldenTest.assertClose("x[0]", done.get(0).before(), golden.x().get(0));
        int at = 0;
        for (int i = 0; i < golden.reverse().size(); i++) {
            at += golden.reverse().get(i) ? 1 : golden.ratio();
            assertThat(done.get(at - 1).step().callsNetwork())
                    .isEqualTo(golden.reverse().get(i));
            SamplersGoldenTest.assertClose(
                    "x[" + (i + 1) + "]", done.get(at - 1).after(), golden.x().get(i + 1));
        }
        assertThat(done).hasSize(at);
    }
}
