package io.stepwise.training.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.EmaDecay;
import io.stepwise.diffusion.LossWeighting;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.ScheduleSpec;
import io.stepwise.model.training.Loss;
import io.stepwise.model.training.OptimizerStep.Algorithm;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
             "timesteps": 20, "variance": "learned_range", "timestep_sampling": {"type": "laplace", "mean": -1, "scale": 0.75}, "prediction": "v_prediction", "loss_weighting": {"type": "p2", "gamma": 0.5, "k": 2},
             "loss": "huber", "optimizer": {"type": "adamw", "beta1": 0.95, "beta2": 0.99, "eps": 1e-7, "weight_decay": 1e-6},
             "learning_rate": 1e-3, "lr_schedule": "constant", "warmup_steps": 50, "gradient_clip": null,
             "gradient_accumulation": 4, "ema_decay": 0.99, "ema_warmup": {"inv_gamma": 2, "power": 0.5}, "post_hoc_ema": true,
             "label_dropout": 0.2, "flip": false, "precision": "bf16", "checkpoint_every": 10, "sample_every": 0,
             "validation": {"share": 0.2, "every": 25}, "publish": "best", "publish_as": "candidate", "publish_metric": "kernel_distance",
             "early_stop": {"metric": "validation_loss", "patience": 3},
             "resume_from": "20261122-183301-ab3f/step-30"}
            """;

    private static final ImageSize SMALL = new ImageSize(32, 32);

    @Test
    void read_emptyObject_everyDefault() throws Exception {
        assertThat(TrainingSpecJson.read("{}"))
                .isEqualTo(TrainingSpec.defaults())
                .isEqualTo(new TrainingSpec(
                        Kind.DIFFUSION,
                        "faces",
                        "faces",
                        20_000,
                        32,
                        new ImageSize(32, 32),
                        0,
                        null,
                        null,
                        new UNetChoice.Preset("small"),
                        new ScheduleChoice(
                                ScheduleChoice.Kind.COSINE, 0, 0, null, null, null, null, 0.999, false, List.of()),
                        1000,
                        PredictionChoice.EPSILON,
                        null,
                        TrainingSpec.Variance.FIXED,
                        TimestepSampling.UNIFORM,
                        new LossWeighting.Plain(),
                        Loss.L2,
                        null,
                        new OptimizerSpec(Algorithm.MUON, 0.95, 0.999, 1e-8, 0.01),
                        2e-4,
                        TrainingSpec.LrSchedule.COSINE,
                        500,
                        1,
                        1,
                        0.9999,
                        new EmaWarmup(1, 0.75),
                        false,
                        0.1,
                        true,
                        TrainingSpec.PrecisionChoice.AUTO,
                        1000,
                        1000,
                        new Validation(0.05, 500),
                        TrainingSpec.Publish.END,
                        TrainingSpec.PublishAs.RELEASE,
                        Metric.SLICED_WASSERSTEIN,
                        null,
                        null,
                        null));
    }

    @Test
    void read_everyField_mapped() throws Exception {
        TrainingSpec spec = TrainingSpecJson.read(FULL);
        TrainingSpec expected = new TrainingSpec(
                Kind.DIFFUSION,
                "cats",
                "cats-64",
                50,
                2,
                new ImageSize(16, 24),
                -1L,
                null,
                null,
                spec.unet(),
                new ScheduleChoice(
                        ScheduleChoice.Kind.LINEAR, 0.001, 0.03, null, null, null, null, 0.02, true, List.of()),
                20,
                PredictionChoice.V_PREDICTION,
                null,
                TrainingSpec.Variance.LEARNED_RANGE,
                new TimestepSampling(TimestepSampling.Type.LAPLACE, -1.0, null, 0.75, null, null),
                new LossWeighting.P2(2, 0.5),
                Loss.HUBER,
                null,
                new OptimizerSpec(Algorithm.ADAMW, 0.95, 0.99, 1e-7, 1e-6),
                1e-3,
                TrainingSpec.LrSchedule.CONSTANT,
                50,
                0,
                4,
                0.99,
                new EmaWarmup(2, 0.5),
                true,
                0.2,
                false,
                TrainingSpec.PrecisionChoice.BF16,
                10,
                0,
                new Validation(0.2, 25),
                TrainingSpec.Publish.BEST,
                TrainingSpec.PublishAs.CANDIDATE,
                Metric.KERNEL_DISTANCE,
                new EarlyStop(Metric.VALIDATION_LOSS, 3),
                null,
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
                "{\"prediction\": \"edm\"}",
                "{\"schedule\": {\"type\": \"sigmoid_signal\", \"tau\": 0.5, \"reference_size\": 64}}",
                "{\"prediction\": \"edm\", \"sigma_data\": 0.4, \"timestep_sampling\": {\"type\": \"normal\", \"p_std\": 2}}",
                "{\"timestep_sampling\": {\"type\": \"logit_normal\", \"mean\": 1, \"std\": 1.5}}",
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
        assertThat(node).hasSize(TrainingSpec.class.getRecordComponents().length - 3);
        assertThat(node.has("sigma_data")).as("of edm only").isFalse();
        assertThat(node.has("gan") || node.has("vae")).as("of other kinds").isFalse();
        assertThat(written)
                .contains("\"learning_rate\" : 0.0002,")
                .contains("\"eps\" : 0.00000001,")
                .endsWith("}\n");
    }

    /** Written by the version that had no contract to check it. */
    @Test
    void read_jobOfAnEarlierVersion_sameSpecification() throws Exception {
        String job = Files.readString(Path.of("src/test/resources/training/job-before-the-contract.json"));

        TrainingSpec spec = TrainingSpecJson.read(job);

        assertThat(spec)
                .isEqualTo(
                        TrainingSpecJson.read(
                                """
                {"dataset": "cats", "seed": 18446744073709551615, "schedule": "linear", "prediction": "v_prediction",
                 "loss_weighting": {"type": "p2", "gamma": 0.5}, "optimizer": "adam", "ema_warmup": false, "steps": 50,
                 "unet": {"block_out_channels": [8, 16], "mid_block_type": null, "norm_eps": 1e-6}, "gradient_clip": null,
                 "resume_from": "20261122-183301-ab3f/step-30"}"""));
        assertThat(spec.emaWarmup()).isNull();
        assertThat(spec.seed()).isEqualTo(-1);
        assertThat(spec.warmupSteps()).isEqualTo(5);
    }

    /** A default that came later must not change which images a run is trained on. */
    @Test
    void readStored_jobFromBeforeValidation_trainsOnAllImages() throws Exception {
        String job = Files.readString(Path.of("src/test/resources/training/job-before-the-contract.json"));
        assertThat(TrainingSpecJson.readStored(job).validation()).isNull();
        String written = TrainingSpecJson.write(TrainingSpec.defaults());
        assertThat(TrainingSpecJson.readStored(written)).isEqualTo(TrainingSpec.defaults());
    }

    @Test
    void validation_trueFalseOrObject_onOffOrGiven() throws Exception {
        assertThat(TrainingSpecJson.read("{\"validation\": true}")).isEqualTo(TrainingSpec.defaults());
        assertThat(TrainingSpecJson.read("{\"validation\": {\"every\": 7}}").validation())
                .isEqualTo(new Validation(0.05, 7));
        TrainingSpec off = TrainingSpecJson.read("{\"validation\": false}");
        assertThat(off.validation()).isNull();
        assertThat(TrainingSpecJson.read(TrainingSpecJson.write(off))).isEqualTo(off);
    }

    @Test
    void validationDue_atItsIntervalTheEndAndCheckpointsThatItDecides() throws Exception {
        String fields = "\"steps\": 100, \"checkpoint_every\": 30, \"validation\": {\"every\": 40}";
        TrainingSpec plain = TrainingSpecJson.read("{" + fields + "}");
        assertThat(IntStream.rangeClosed(1, 100).filter(plain::validationDue)).containsExactly(40, 80, 100);
        assertThat(IntStream.rangeClosed(1, 100).filter(plain::judgementDue)).isEmpty();
        TrainingSpec deciding = TrainingSpecJson.read(
                "{" + fields + ", \"publish\": \"best\", \"publish_metric\": \"validation_loss\"}");
        assertThat(IntStream.rangeClosed(1, 100).filter(deciding::validationDue))
                .containsExactly(30, 40, 60, 80, 90, 100);
        assertThat(IntStream.rangeClosed(1, 100).filter(deciding::judgementDue)).isEmpty();
        TrainingSpec stopping =
                TrainingSpecJson.read("{" + fields + ", \"early_stop\": {\"metric\": \"kernel_distance\"}}");
        assertThat(IntStream.rangeClosed(1, 100).filter(stopping::judgementDue)).containsExactly(30, 60, 90, 100);
    }

    @Test
    void read_bareNames_typeDefaults() throws Exception {
        TrainingSpec spec = TrainingSpecJson.read(
                """
                {"schedule": "linear", "loss_weighting": "min_snr", "optimizer": "adam", "image_size": 64,
                 "ema_warmup": false, "seed": "18446744073709551614", "resume_from": "some-run"}""");
        assertThat(spec.schedule())
                .isEqualTo(new ScheduleChoice(
                        ScheduleChoice.Kind.LINEAR, 1e-4, 0.02, null, null, null, null, 1, false, List.of()));
        assertThat(spec.lossWeighting()).isEqualTo(new LossWeighting.MinSnr(5));
        assertThat(spec.optimizer()).isEqualTo(new OptimizerSpec(Algorithm.ADAM, 0.9, 0.999, 1e-8, null));
        assertThat(spec.imageSize()).isEqualTo(new ImageSize(64, 64));
        assertThat(spec.emaWarmup()).isNull();
        assertThat(spec.seed()).isEqualTo(-2L);
        assertThat(spec.resumeFrom()).isEqualTo(new ResumePoint("some-run", null));
    }

    @Test
    void read_muon_itsOwnMomentum() throws Exception {
        assertThat(TrainingSpecJson.read("{\"optimizer\": \"muon\"}").optimizer())
                .isEqualTo(new OptimizerSpec(Algorithm.MUON, 0.95, 0.999, 1e-8, 0.01));
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
            {"stepz": 1}                                   | /stepz              | stepz is not a field of this request, must be one of [batch_size,
            {"steps": 0}                                   | /steps              | steps is 0, must be an integer, 1 … 10000000
            {"steps": 1.5}                                 | /steps              | steps is 1.5, must be an integer, 1 … 10000000
            {"steps": 99999999999}                         | /steps              | steps is 99999999999, must be an integer, 1 … 10000000
            {"steps": null}                                | /steps              | steps is null, must be an integer, 1 … 10000000
            {"batch_size": 4097}                           | /batch_size         | batch_size is 4097, must be an integer, 1 … 4096
            {"dataset": "../x", "model": "x"}              | /dataset            | dataset is "../x", must be a name of 1 … 64 lower-case letters
            {"model": "a..b"}                              | /model              | model is "a..b", must be a name of 1 … 64 lower-case letters
            {"image_size": [4, 32]}                        | /image_size/0       | image_size/0 is 4, must be an integer, 8 … 1024
            {"image_size": [32, 2000]}                     | /image_size/1       | image_size/1 is 2000, must be an integer, 8 … 1024
            {"image_size": 4}                              | /image_size         | image_size is 4, must be an integer, 8 … 1024 or [height, width]
            {"image_size": [32]}                           | /image_size         | image_size is [32], must be an integer, 8 … 1024 or [height, width]
            {"seed": -1}                                   | /seed               | seed is -1, must be an integer or a string of decimal digits, 0 … 18446744073709551615
            {"seed": "18446744073709551616"}               | /seed               | seed is "18446744073709551616", must be an integer or a string of decimal digits, 0 … 18446744073709551615
            {"unet": "huge"}                               | /unet               | unet is "huge", must be one of "tiny", "small", "base", "report" or a UNet2DModel configuration
            {"unet": {}}                                   | /unet               | unet is {}, must be one of "tiny", "small", "base", "report" or a UNet2DModel configuration with at least one key
            {"schedule": "cosin"}                          | /schedule           | schedule is "cosin", must be one of "linear", "scaled_linear", "cosine", "sigmoid", "sigmoid_signal", "given" or an object
            {"schedule": {"type":"cosin"}}                 | /schedule/type      | schedule/type is "cosin", must be one of "linear", "scaled_linear", "cosine"
            {"schedule": {"type":"cosine","beta_end":0.1}} | /schedule/beta_end  | schedule/beta_end is 0.1, must be left out for this type
            {"schedule": {"type":"linear","beta_end":2}}   | /schedule/beta_end  | schedule/beta_end is 2, must be a number, more than 0 and less than 1
            {"schedule": {"type":"linear","beta_end":1e-5}}| /schedule/beta_end  | schedule/beta_end is 0.00001, must be at least beta_start
            {"schedule": {"type":"sigmoid","tau":0.5}}     | /schedule/tau       | schedule/tau is 0.5, must be left out for this type: it is of sigmoid_signal
            {"schedule": {"type":"sigmoid_signal","start":3}} | /schedule/end    | schedule/end is 3, must be more than start, 3
            {"schedule": {"type":"sigmoid_signal","tau":0.1}} | /schedule/tau    | schedule/tau is 0.1, must be at least 0.15
            {"schedule": {"reference_size":4}}             | /schedule/reference_size | schedule/reference_size is 4, must be an integer, 8 … 1024
            {"schedule": {"typ":"linear"}}                 | /schedule/typ       | schedule/typ is not a field of this request, must be one of [beta_end,
            {"schedule": {"type":"given","betas":[0.1]}}   | /schedule/betas     | schedule/betas is 1, must be 1000 entries, one per timestep
            {"schedule": {"type":"given","betas":[0]}}     | /schedule/betas/0   | schedule/betas/0 is 0, must be a number, more than 0 and at most 1
            {"schedule": {"zero_terminal_snr": true}}      | /prediction         | prediction is "epsilon", must be sample or v_prediction
            {"timesteps": 19}                              | /timesteps          | timesteps is 19, must be an integer, 20 … 4000
            {"prediction": "v"}                            | /prediction         | prediction is "v", must be one of "epsilon", "sample", "v_prediction", "edm"
            {"prediction": "edm", "schedule": "linear"}    | /schedule           | schedule is "linear", must be left out for edm
            {"prediction": "edm", "timesteps": 1000}       | /timesteps          | timesteps is 1000, must be left out for edm
            {"prediction": "edm", "loss_weighting": "snr"} | /loss_weighting     | loss_weighting is "snr", must be plain for edm
            {"consistency": {"stages": 0}} | /consistency/stages | consistency/stages is 0, must be an integer, 1 … 16
            {"consistency": {}, "prediction": "epsilon"} | /prediction | prediction is "epsilon", must be v_prediction or sample with consistency, which compares clean images at every noise level
            {"consistency": {}, "prediction": "sample", "loss": "l1"} | /loss | loss is "l1", must be left out with consistency, which has a loss of its own
            {"consistency": {}, "prediction": "sample", "loss_weighting": "min_snr"} | /loss_weighting | loss_weighting is "min_snr", must be plain with consistency, which has weights of its own
            {"consistency": {}, "prediction": "sample", "variance": "learned_range"} | /variance | variance is "learned_range", must be fixed with consistency
            {"consistency": {}, "prediction": "sample", "timestep_sampling": "importance"} | /timestep_sampling/type | timestep_sampling/type is "importance", must be another one with consistency
            {"kind": "gan", "consistency": {}} | /consistency | consistency is {}, must be left out for gan, which has no such thing
            {"prediction": "edm", "timestep_sampling": "importance"} | /timestep_sampling/type | timestep_sampling/type is "importance", must be normal or laplace for edm
            {"prediction": "edm", "timestep_sampling": "uniform"} | /timestep_sampling/type | timestep_sampling/type is "uniform", must be normal or laplace for edm
            {"variance": "learned"}                        | /variance           | variance is "learned", must be one of "fixed", "learned_range"
            {"prediction": "edm", "variance": "learned_range"} | /variance       | variance is "learned_range", must be fixed for edm
            {"prediction": "edm", "sigma_data": 0}         | /sigma_data         | sigma_data is 0, must be a number, more than 0 and less than 10 or one of "measured"
            {"sigma_data": 0.5}                            | /sigma_data         | sigma_data is 0.5, must be left out: it is of edm
            {"timestep_sampling": "normal"}                | /timestep_sampling/type | timestep_sampling/type is "normal", must be another one: normal is of edm
            {"timestep_sampling": {"type":"laplace","std":1}} | /timestep_sampling/std | timestep_sampling/std is 1, must be left out for this type: it is of logit_normal
            {"timestep_sampling": {"type":"uniform","mean":1}}     | /timestep_sampling/mean | timestep_sampling/mean is 1, must be left out for this type: it is of logit_normal and laplace
            {"timestep_sampling": {"type":"laplace","mean":15}} | /timestep_sampling/mean | timestep_sampling/mean is 15, must be a log-SNR of the schedule, -1
            {"timestep_sampling": {"scale":1}}             | /timestep_sampling/type | timestep_sampling/type is
            {"loss_weighting": {"type":"snr","gamma":1}}   | /loss_weighting/gamma | loss_weighting/gamma is 1, must be left out for this type
            {"loss_weighting": {"type":"min_snr","gamma":0}} | /loss_weighting/gamma | loss_weighting/gamma is 0, must be more than 0
            {"loss_weighting": {"type":"p2","gamma":11}}   | /loss_weighting/gamma | loss_weighting/gamma is 11, must be a number, 0 … 10
            {"loss_weighting": {"type":"min_snr","k":2}}   | /loss_weighting/k   | loss_weighting/k is 2, must be left out for this type
            {"optimizer": {"type":"adam","weight_decay":0.1}} | /optimizer/weight_decay | optimizer/weight_decay is 0.1, must be left out for adam
            {"optimizer": {"beta1": 1}}                    | /optimizer/beta1    | optimizer/beta1 is 1, must be a number, at least 0 and less than 1
            {"kind": "vae", "optimizer": "muon"}           | /optimizer          | optimizer is muon, must be adam or adamw for vae
            {"optimizer": 3}                               | /optimizer          | optimizer is 3, must be one of "adamw", "adam", "muon" or an object
            {"learning_rate": 0}                           | /learning_rate      | learning_rate is 0, must be a number, more than 0 and less than 1
            {"learning_rate": "fast"}                      | /learning_rate      | learning_rate is "fast", must be a number
            {"steps": 10, "warmup_steps": 11}              | /warmup_steps       | warmup_steps is 11, must be an integer, 0 … 10
            {"gradient_clip": -1}                          | /gradient_clip      | gradient_clip is -1, must be a number, 0 … 1000
            {"gradient_accumulation": 0}                   | /gradient_accumulation | gradient_accumulation is 0, must be an integer, 1 … 1024
            {"ema_decay": 1}                               | /ema_decay          | ema_decay is 1, must be a number, at least 0 and less than 1
            {"ema_warmup": {"power": 0}}                   | /ema_warmup/power   | ema_warmup/power is 0, must be a number, more than 0 and less than 10
            {"ema_warmup": 1}                              | /ema_warmup         | ema_warmup is 1, must be true or false or an object
            {"post_hoc_ema": "yes"}                        | /post_hoc_ema       | post_hoc_ema is "yes", must be true or false
            {"label_dropout": 1.1}                         | /label_dropout      | label_dropout is 1.1, must be a number, 0 … 1
            {"flip": "yes"}                                | /flip               | flip is "yes", must be true or false
            {"checkpoint_every": -1}                       | /checkpoint_every   | checkpoint_every is -1, must be an integer, 0 … 10000000
            {"validation": {"share": 0}}                   | /validation/share   | validation/share is 0, must be a number, more than 0 and at most 0.5
            {"validation": {"every": 0}}                   | /validation/every   | validation/every is 0, must be an integer, 1 … 10000000
            {"publish_metric": "fid", "publish": "best"}   | /publish_metric     | publish_metric is "fid", must be one of "sliced_wasserstein", "kernel_distance", "validation_loss"
            {"publish_metric": "kernel_distance"}          | /publish_metric     | publish_metric is "kernel_distance", must be left out unless publish is best
            {"publish_metric": "validation_loss", "publish": "best", "validation": false} | /publish_metric | publish_metric is "validation_loss", must be a metric of samples where validation is false
            {"early_stop": {"patience": 0}}                | /early_stop/patience | early_stop/patience is 0, must be an integer, 1 … 10000
            {"early_stop": {"metric": "precision"}}        | /early_stop/metric  | early_stop/metric is "precision", must be one of "sliced_wasserstein", "kernel_distance", "validation_loss"
            {"early_stop": {}, "validation": false}        | /early_stop/metric  | early_stop/metric is "validation_loss", must be a metric of samples where validation is false
            {"early_stop": {"metric": "kernel_distance"}, "checkpoint_every": 0} | /early_stop/metric | early_stop/metric is "kernel_distance", must be validation_loss where checkpoint_every is 0
            {"publish_as": "candidate", "publish": "never"} | /publish_as       | publish_as is "candidate", must be left out where publish is never
            {"publish_as": "latest"}                       | /publish_as         | publish_as is "latest", must be
            {"publish": "always"}                          | /publish            | publish is "always", must be one of "end", "every_checkpoint", "best", "never"
            {"resume_from": "a/b"}                         | /resume_from        | resume_from is "a/b", must be the id of a job, or "<id>/step-<N>"
            {"resume_from": "a/step-0"}                    | /resume_from        | resume_from is "a/step-0", must be the id of a job, or "<id>/step-<N>"
            []                                             | ''                  | [] must be a JSON object
            """)
    void read_oneBadField_namedWithValueAndRange(String json, String pointer, String detail) {
        InvalidMessageException e =
                catchThrowableOfType(InvalidMessageException.class, () -> TrainingSpecJson.read(json));
        assertThat(e.errors()).hasSize(1);
        assertThat(e.errors().get(0).pointer()).isEqualTo(pointer);
        assertThat(e.errors().get(0).detail()).startsWith(detail);
    }

    @Test
    void read_manyBadFields_allReported() {
        String json =
                """
                {"steps": 0, "flip": 1, "x/y": 2, "schedule": {"type": "linear", "beta_start": 3, "q": 1}, "learning_rate": 9}""";
        InvalidMessageException e =
                catchThrowableOfType(InvalidMessageException.class, () -> TrainingSpecJson.read(json));
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
        ScheduleChoice given =
                new ScheduleChoice(ScheduleChoice.Kind.GIVEN, 0, 0, null, null, null, null, 0.25, false, betas);
        assertThat(given.tables(20, SMALL).betas()).containsOnly(0.25);
        ScheduleChoice zero =
                new ScheduleChoice(ScheduleChoice.Kind.GIVEN, 0, 0, null, null, null, null, 1, true, betas);
        assertThat(zero.tables(20, SMALL).alphasCumprod(19)).isZero();
    }

    @Test
    void noiseSchedule_sigmoidOfItsOwn_reachesTheTables() throws Exception {
        NoiseSchedule schedule = TrainingSpecJson.read(
                        "{\"schedule\": {\"type\": \"sigmoid_signal\", \"start\": 0, \"end\": 3, \"tau\": 0.3}}")
                .noiseSchedule();
        assertThat(schedule)
                .isEqualTo(NoiseSchedule.of(ScheduleSpec.of(BetaCurve.SIGMOID_SIGNAL, 1000)
                        .withSigmoid(new ScheduleSpec.Sigmoid(0, 3, .3))))
                .isNotEqualTo(NoiseSchedule.of(BetaCurve.SIGMOID_SIGNAL, 1000));
    }

    /** An image of 64 by 256 has as many pixels as one of 128 by 128: four times the side of 32, 2 ln(4) less log-SNR. */
    @Test
    void noiseSchedule_referenceSize_movesTheLogSnr() throws Exception {
        NoiseSchedule shifted = TrainingSpecJson.read(
                        "{\"image_size\": [64, 256], \"schedule\": {\"reference_size\": 32, \"max_beta\": 1}}")
                .noiseSchedule();
        NoiseSchedule plain =
                TrainingSpecJson.read("{\"schedule\": {\"max_beta\": 1}}").noiseSchedule();
        for (int t = 0; t < 999; t++) {
            assertThat(Math.log(shifted.snr(t))).isCloseTo(Math.log(plain.snr(t)) - 2 * Math.log(4), within(1e-9));
        }
        assertThat(shifted.alphasCumprod(999)).isZero();
        assertThat(ScheduleChoice.of(shifted).tables(1000, SMALL)).isEqualTo(shifted);
    }

    @Test
    void noiseSchedule_ownEnds_reachTheTables() {
        ScheduleChoice linear =
                new ScheduleChoice(ScheduleChoice.Kind.LINEAR, 0.001, 0.1, null, null, null, null, 1, false, List.of());
        assertThat(linear.tables(50, SMALL).beta(0)).isEqualTo(0.001);
        assertThat(linear.tables(50, SMALL).beta(49)).isEqualTo(0.1);
    }
}
