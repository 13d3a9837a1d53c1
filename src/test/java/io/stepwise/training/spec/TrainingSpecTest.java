package io.stepwise.training.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.EmaDecay;
import io.stepwise.diffusion.LossWeighting;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingSpecTest {
    private static final String FULL =
            """
            {"model": "cats", "dataset": "cats-64", "steps": 50, "batch_size": 2, "image_size": [16, 24],
             "seed": 18446744073709551615, "unet": {"block_out_channels": [8, 16], "mid_block_type": null,
             "norm_eps": 1e-6, "add_attention": true, "extra": {"deep": "x"}},
             "schedule": {"type": "linear", "beta_start": 0.001, "beta_end": 0.03, "max_beta": 0.02, "zero_terminal_snr": true},
             "timesteps": 20, "prediction": "v_prediction", "loss_weighting": {"type": "p2", "gamma": 0.5, "k": 2},
             "loss": "huber", "optimizer": {"type": "adamw", "beta1": 0.95, "beta2": 0.99, "eps": 1e-7, "weight_decay": 1e-6},
             "learning_rate": 1e-3, "lr_schedule": "constant", "warmup_steps": 50, "gradient_clip": null,
             "gradient_accumulation": 4, "ema_decay": 0.99, "ema_warmup": {"inv_gamma": 2, "power": 0.5},
             "label_dropout": 0.2, "flip": false, "precision": "bf16", "checkpoint_every": 10, "sample_every": 0,
             "publish": "every_checkpoint", "resume_from": "20261122-183301-ab3f/step-30"}
            """;

    @Test
    void read_emptyObject_everyDefault() throws Exception {
        assertThat(TrainingSpecJson.read("{}"))
                .isEqualTo(TrainingSpec.defaults())
                .isEqualTo(new TrainingSpec(
                        "faces",
                        "faces",
                        20_000,
                        32,
                        new ImageSize(32, 32),
                        0,
                        new UNetChoice.Preset("small"),
                        new ScheduleChoice(ScheduleChoice.Kind.COSINE, 0, 0, 0.999, false, List.of()),
                        1000,
                        Prediction.EPSILON,
                        new LossWeighting.Plain(),
                        TrainingSpec.Loss.L2,
                        new OptimizerSpec(OptimizerSpec.Kind.ADAMW, 0.9, 0.999, 1e-8, 0.01),
                        2e-4,
                        TrainingSpec.LrSchedule.COSINE,
                        500,
                        1,
                        1,
                        0.9999,
                        new EmaWarmup(1, 0.75),
                        0.1,
                        true,
                        TrainingSpec.Precision.AUTO,
                        1000,
                        1000,
                        TrainingSpec.Publish.END,
                        null));
    }

    @Test
    void read_everyField_mapped() throws Exception {
        TrainingSpec spec = TrainingSpecJson.read(FULL);
        TrainingSpec expected = new TrainingSpec(
                "cats",
                "cats-64",
                50,
                2,
                new ImageSize(16, 24),
                -1L,
                spec.unet(),
                new ScheduleChoice(ScheduleChoice.Kind.LINEAR, 0.001, 0.03, 0.02, true, List.of()),
                20,
                Prediction.V_PREDICTION,
                new LossWeighting.P2(2, 0.5),
                TrainingSpec.Loss.HUBER,
                new OptimizerSpec(OptimizerSpec.Kind.ADAMW, 0.95, 0.99, 1e-7, 1e-6),
                1e-3,
                TrainingSpec.LrSchedule.CONSTANT,
                50,
                0,
                4,
                0.99,
                new EmaWarmup(2, 0.5),
                0.2,
                false,
                TrainingSpec.Precision.BF16,
                10,
                0,
                TrainingSpec.Publish.EVERY_CHECKPOINT,
                new ResumePoint("20261122-183301-ab3f", 30));
        assertThat(spec).isEqualTo(expected);
        assertThat(((UNetChoice.Inline) spec.unet()).config())
                .containsEntry("block_out_channels", List.of(8, 16))
                .containsEntry("mid_block_type", null)
                .containsEntry("norm_eps", 1e-6)
                .containsEntry("add_attention", true)
                .containsEntry("extra", Map.of("deep", "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                FULL,
                "{\"schedule\": \"sigmoid\", \"loss_weighting\": \"min_snr\", \"optimizer\": \"adam\", \"ema_warmup\": false}",
                "{\"schedule\": {\"type\": \"given\", \"betas\": [.1,.1,.1,.1,.1,.1,.1,.1,.1,.1,.1,.1,.1,.1,.1,.1,.1,.1,.1,1]}, \"timesteps\": 20}"
            })
    void write_readAgain_sameSpecification(String text) throws Exception {
        String json = text.replace("[.", "[0.").replace(",.", ",0.");
        TrainingSpec spec = TrainingSpecJson.read(json);
        String written = TrainingSpecJson.write(spec);
        assertThat(TrainingSpecJson.read(written)).isEqualTo(spec);
        assertThat(TrainingSpecJson.write(TrainingSpecJson.read(written))).isEqualTo(written);
    }

    @Test
    void write_defaults_namesEveryComponentInPlainNumbers() throws Exception {
        String written = TrainingSpecJson.write(TrainingSpec.defaults());
        ObjectNode node = (ObjectNode) new ObjectMapper().readTree(written);
        assertThat(node).hasSize(TrainingSpec.class.getRecordComponents().length);
        assertThat(written)
                .contains("\"learning_rate\" : 0.0002,")
                .contains("\"eps\" : 0.00000001,")
                .endsWith("}\n");
    }

    @Test
    void read_bareNames_typeDefaults() throws Exception {
        TrainingSpec spec = TrainingSpecJson.read(
                """
                {"schedule": "linear", "loss_weighting": "min_snr", "optimizer": "adam", "image_size": 64,
                 "ema_warmup": false, "seed": "18446744073709551614", "resume_from": "some-run"}""");
        assertThat(spec.schedule())
                .isEqualTo(new ScheduleChoice(ScheduleChoice.Kind.LINEAR, 1e-4, 0.02, 1, false, List.of()));
        assertThat(spec.lossWeighting()).isEqualTo(new LossWeighting.MinSnr(5));
        assertThat(spec.optimizer()).isEqualTo(new OptimizerSpec(OptimizerSpec.Kind.ADAM, 0.9, 0.999, 1e-8, 0));
        assertThat(spec.imageSize()).isEqualTo(new ImageSize(64, 64));
        assertThat(spec.emaWarmup()).isNull();
        assertThat(spec.seed()).isEqualTo(-2L);
        assertThat(spec.resumeFrom()).isEqualTo(new ResumePoint("some-run", null));
    }

    @Test
    void read_shortRun_warmupShrinks() throws Exception {
        assertThat(TrainingSpecJson.read("{\"steps\": 40}").warmupSteps()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"stepz": 1}                                   | /stepz              | this field must be left out: it is not known here
            {"steps": 0}                                   | /steps              | 0 must be 1 … 10000000
            {"steps": 1.5}                                 | /steps              | 1.5 must be an integer of 32 bits
            {"steps": 99999999999}                         | /steps              | 99999999999 must be an integer of 32 bits
            {"steps": null}                                | /steps              | null must be an integer of 32 bits
            {"batch_size": 4097}                           | /batch_size         | 4097 must be 1 … 4096
            {"dataset": "../x", "model": "x"}              | /dataset            | "../x" must be 1 … 64 characters
            {"model": "a..b"}                              | /model              | "a..b" must be
            {"image_size": [4, 32]}                        | /image_size/0       | 4 must be 8 … 1024
            {"image_size": [32, 2000]}                     | /image_size/1       | 2000 must be 8 … 1024
            {"image_size": 4}                              | /image_size         | 4 must be 8 … 1024
            {"image_size": [32]}                           | /image_size         | [32] must be an integer or [height, width]
            {"seed": -1}                                   | /seed               | -1 must be 0 … 18446744073709551615
            {"seed": "18446744073709551616"}               | /seed               | "18446744073709551616" must be 0 … 18446744073709551615
            {"unet": "huge"}                               | /unet               | "huge" must be one of [tiny, small, base, report]
            {"unet": {}}                                   | /unet               | {} must be a UNet2DModel configuration
            {"schedule": "cosin"}                          | /schedule/type      | "cosin" must be one of linear, scaled_linear, cosine
            {"schedule": {"type":"cosine","beta_end":0.1}} | /schedule/beta_end  | 0.1 must be absent for this type
            {"schedule": {"type":"linear","beta_end":2}}   | /schedule/beta_end  | 2 must be more than 0 and less than 1
            {"schedule": {"type":"linear","beta_end":1e-5}}| /schedule/beta_end  | 0.00001 must be at least beta_start
            {"schedule": {"typ":"linear"}}                 | /schedule/typ       | this field must be left out
            {"schedule": {"type":"given","betas":[0.1]}}   | /schedule/betas     | 1 must be 1000 entries, one per timestep
            {"schedule": {"type":"given","betas":[0]}}     | /schedule/betas/0   | 0 must be more than 0 and at most 1
            {"schedule": {"zero_terminal_snr": true}}      | /prediction         | "epsilon" must be sample or v_prediction
            {"timesteps": 19}                              | /timesteps          | 19 must be 20 … 4000
            {"prediction": "v"}                            | /prediction         | "v" must be one of epsilon, sample, v_prediction
            {"loss_weighting": {"type":"snr","gamma":1}}   | /loss_weighting/gamma | this field must be left out
            {"loss_weighting": {"type":"min_snr","gamma":0}} | /loss_weighting/gamma | 0 must be more than 0
            {"optimizer": {"type":"adam","weight_decay":0.1}} | /optimizer/weight_decay | 0.1 must be absent for adam
            {"optimizer": {"beta1": 1}}                    | /optimizer/beta1    | 1 must be at least 0 and less than 1
            {"optimizer": 3}                               | /optimizer          | 3 must be a string or an object
            {"learning_rate": 0}                           | /learning_rate      | 0 must be more than 0 and less than 1
            {"learning_rate": "fast"}                      | /learning_rate      | "fast" must be a number
            {"steps": 10, "warmup_steps": 11}              | /warmup_steps       | 11 must be 0 … 10
            {"gradient_clip": -1}                          | /gradient_clip      | -1 must be 0 … 1000
            {"gradient_accumulation": 0}                   | /gradient_accumulation | 0 must be 1 … 1024
            {"ema_decay": 1}                               | /ema_decay          | 1 must be at least 0 and less than 1
            {"ema_warmup": {"power": 0}}                   | /ema_warmup/power   | 0 must be more than 0 and less than 10
            {"ema_warmup": 1}                              | /ema_warmup         | 1 must be true, false or an object
            {"label_dropout": 1.1}                         | /label_dropout      | 1.1 must be 0 … 1
            {"flip": "yes"}                                | /flip               | "yes" must be true or false
            {"checkpoint_every": -1}                       | /checkpoint_every   | -1 must be 0 … 10000000
            {"publish": "always"}                          | /publish            | "always" must be one of end, every_checkpoint, best, never
            {"resume_from": "a/b"}                         | /resume_from        | "a/b" must be "<run>" or "<run>/step-<N>"
            {"resume_from": "a/step-0"}                    | /resume_from        | 0 must be 1 … 10000000
            []                                             | ''                  | [] must be a JSON object
            """)
    void read_oneBadField_namedWithValueAndRange(String json, String pointer, String detail) {
        InvalidSpecException e = catchThrowableOfType(InvalidSpecException.class, () -> TrainingSpecJson.read(json));
        assertThat(e.errors()).hasSize(1);
        assertThat(e.errors().get(0).pointer()).isEqualTo(pointer);
        assertThat(e.errors().get(0).detail()).startsWith(detail);
    }

    @Test
    void read_manyBadFields_allReported() {
        String json =
                """
                {"steps": 0, "flip": 1, "x/y": 2, "schedule": {"type": "linear", "beta_start": 3, "q": 1}, "learning_rate": 9}""";
        InvalidSpecException e = catchThrowableOfType(InvalidSpecException.class, () -> TrainingSpecJson.read(json));
        assertThat(e.errors())
                .extracting(FieldError::pointer)
                .contains("/steps", "/flip", "/x~1y", "/schedule/beta_start", "/schedule/q", "/learning_rate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"steps\": 1, \"steps\": 2}", "{", "{} {}", "{'a': 1}"})
    void read_brokenJson_refused(String text) {
        assertThatThrownBy(() -> TrainingSpecJson.read(text)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void with_changedFields_othersKept() {
        TrainingSpec spec = TrainingSpecJson.with(TrainingSpec.defaults(), Map.of("steps", 700, "unet", "tiny"));
        assertThat(spec.steps()).isEqualTo(700);
        assertThat(spec.unet()).isEqualTo(new UNetChoice.Preset("tiny"));
        assertThat(spec.batchSize()).isEqualTo(TrainingSpec.defaults().batchSize());
    }

    @Test
    void emaSchedule_warmupOrNot_warmsUpOrIsConstant() throws Exception {
        assertThat(TrainingSpec.defaults().emaSchedule()).isEqualTo(new EmaDecay.InverseGamma(1, 0.75, 0, 0.9999, 0));
        assertThat(TrainingSpecJson.read("{\"ema_warmup\": false}").emaSchedule())
                .isEqualTo(new EmaDecay.Constant(0.9999));
    }

    @Test
    void learningRateSchedule_defaults_fromTheFields() {
        assertThat(TrainingSpec.defaults().learningRateSchedule()).isEqualTo(new LearningRate(2e-4, 500, 20_000, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "scaled_linear", "cosine", "sigmoid", "sigmoid_signal"})
    void noiseSchedule_namedCurve_cutAndRescaledAsAsked(String type) throws Exception {
        String json = "{\"timesteps\": 100, \"prediction\": \"sample\", \"schedule\": {\"type\": \"" + type
                + "\", \"max_beta\": 0.015%s}}";
        NoiseSchedule cut = TrainingSpecJson.read(json.formatted("")).noiseSchedule();
        assertThat(cut.betas()).hasSize(100);
        assertThat(cut.beta(99)).isEqualTo(0.015);
        NoiseSchedule zero = TrainingSpecJson.read(json.formatted(", \"zero_terminal_snr\": true"))
                .noiseSchedule();
        assertThat(zero.alphasCumprod(99)).isZero();
    }

    @Test
    void noiseSchedule_givenBetas_cutAndRescaledAsAsked() {
        List<Double> betas = Collections.nCopies(20, 0.3);
        ScheduleChoice given = new ScheduleChoice(ScheduleChoice.Kind.GIVEN, 0, 0, 0.25, false, betas);
        assertThat(given.tables(20).betas()).containsOnly(0.25);
        ScheduleChoice zero = new ScheduleChoice(ScheduleChoice.Kind.GIVEN, 0, 0, 1, true, betas);
        assertThat(zero.tables(20).alphasCumprod(19)).isZero();
    }

    @Test
    void noiseSchedule_ownEnds_reachTheTables() {
        ScheduleChoice linear = new ScheduleChoice(ScheduleChoice.Kind.LINEAR, 0.001, 0.1, 1, false, List.of());
        assertThat(linear.tables(50).beta(0)).isEqualTo(0.001);
        assertThat(linear.tables(50).beta(49)).isEqualTo(0.1);
    }
}
