package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.diffusion.sampler.DpmSolverPP;
import io.stepwise.diffusion.sampler.SamplerDefaults;
import io.stepwise.diffusion.sampler.Sigmas;
import io.stepwise.diffusion.sampler.Spacing;
import io.stepwise.diffusion.sampler.TimeGrid;
import io.stepwise.model.UNetConfig;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerBridgeTest {
    @TempDir
    private Path folder;

    @Test
    void config_ofEveryNetwork_isReadAsThatNetwork() throws IOException {
        for (EdmPreconditioning edm :
                new EdmPreconditioning[] {new EdmPreconditioning(.31), new EdmPreconditioning(.5, true)}) {
            SchedulerConfig config = written(SchedulerBridge.config(edm, Ddpm.Variance.FIXED_SMALL));
            assertThat(config.className()).isEqualTo("EDMEulerScheduler");
            assertThat(SchedulerBridge.network(config)).isEqualTo(edm);
            assertThat(SchedulerBridge.samplerDefaults(config).grid().sigmas()).isEqualTo(Sigmas.EDM);
        }
        NoiseSchedule schedule = NoiseSchedule.of(BetaCurve.COSINE, 100);
        DiscreteTime discrete = new DiscreteTime(schedule, Prediction.V_PREDICTION);
        SchedulerConfig config = written(SchedulerBridge.config(discrete, Ddpm.Variance.LEARNED_RANGE));
        assertThat(config.className()).isEqualTo("DDPMScheduler");
        DiscreteTime read = (DiscreteTime) SchedulerBridge.network(config);
        assertThat(read.prediction()).isEqualTo(Prediction.V_PREDICTION);
        assertThat(read.schedule().betas()).containsExactly(schedule.betas());
        assertThat(SchedulerBridge.samplerDefaults(config).variance()).isEqualTo(Ddpm.Variance.LEARNED_RANGE);
        assertThatThrownBy(() -> SchedulerBridge.config(new EdmPreconditioning(.5), Ddpm.Variance.LEARNED_RANGE))
                .hasMessage("variance learned_range must be fixed_small with EDM");
    }

    private SchedulerConfig written(SchedulerConfig config) throws IOException {
        Path file = folder.resolve("written.json");
        SchedulerConfigJson.write(file, config);
        return SchedulerConfigJson.read(file);
    }

    @Test
    void write_anEdmEulerScheduler_hasTheKeysOfItsClassAlone() throws IOException {
        written(SchedulerBridge.config(new EdmPreconditioning(.31, true), Ddpm.Variance.FIXED_SMALL));

        assertThat(JsonFiles.read(folder.resolve("written.json")).toString())
                .isEqualTo("{\"_class_name\":\"EDMEulerScheduler\",\"_diffusers_version\":\""
                        + UNetConfigJson.DIFFUSERS_VERSION
                        + "\",\"final_sigmas_type\":\"zero\",\"num_train_timesteps\":1000,"
                        + "\"prediction_type\":\"v_prediction\",\"rho\":7.0,\"sigma_data\":0.31,"
                        + "\"sigma_max\":80.0,\"sigma_min\":0.002,\"sigma_schedule\":\"karras\"}");
    }

    @Test
    void samplerDefaults_ofAnEdmSolver_areItsKeys() throws IOException {
        SamplerDefaults defaults = SchedulerBridge.samplerDefaults(read("{\"_class_name\": "
                + "\"EDMDPMSolverMultistepScheduler\", \"sigma_schedule\": \"exponential\", \"solver_order\": 3, "
                + "\"algorithm_type\": \"sde-dpmsolver++\", \"thresholding\": true, "
                + "\"dynamic_thresholding_ratio\": 0.9, \"sample_max_value\": 2, \"euler_at_final\": true, "
                + "\"lower_order_final\": false, \"final_sigmas_type\": \"sigma_min\", \"sigma_min\": 0.01}"));

        assertThat(defaults.grid().sigmas()).isEqualTo(new Sigmas(.01, 80.0, Double.POSITIVE_INFINITY));
        assertThat(defaults.grid().endsAtLeastSigma()).isTrue();
        assertThat(defaults.clip()).isEqualTo(new Clip.Dynamic(.9, 2));
        assertThat(defaults.solver())
                .isEqualTo(new DpmSolverPP(
                        3,
                        DpmSolverPP.SecondOrderRule.MIDPOINT,
                        true,
                        defaults.grid(),
                        new Clip.Dynamic(.9, 2),
                        Double.NEGATIVE_INFINITY,
                        false,
                        true));
    }

    @Test
    void samplerDefaults_ofASolverOverTimesteps_areItsKeys() throws IOException {
        SamplerDefaults defaults = SchedulerBridge.samplerDefaults(read("{\"_class_name\": "
                + "\"DPMSolverMultistepScheduler\", \"timestep_spacing\": \"trailing\", \"use_karras_sigmas\": true, "
                + "\"solver_order\": 3, \"algorithm_type\": \"sde-dpmsolver++\", \"solver_type\": \"heun\", "
                + "\"lambda_min_clipped\": -5.1, \"euler_at_final\": true, \"lower_order_final\": false, "
                + "\"thresholding\": true, \"dynamic_thresholding_ratio\": 0.9, \"sample_max_value\": 2, "
                + "\"final_sigmas_type\": \"sigma_min\"}"));

        assertThat(defaults.grid()).isEqualTo(new TimeGrid(Spacing.TRAILING, 0, Sigmas.KARRAS, true));
        assertThat(defaults.solver())
                .isEqualTo(new DpmSolverPP(
                        3,
                        DpmSolverPP.SecondOrderRule.HEUN,
                        true,
                        TimeGrid.LINSPACE,
                        new Clip.Dynamic(.9, 2),
                        -5.1,
                        false,
                        true));
    }

    @Test
    void samplerDefaults_levelsOverSigma_areOfTheClassesThatTakeTheKey() throws IOException {
        String keys = ", \"use_karras_sigmas\": false, \"use_exponential_sigmas\": true}";
        SchedulerConfig euler = read("{\"_class_name\": \"EulerDiscreteScheduler\"" + keys);
        SchedulerConfig ddim = read("{\"_class_name\": \"DDIMScheduler\"" + keys);

        assertThat(SchedulerBridge.samplerDefaults(euler).grid().sigmas()).isEqualTo(Sigmas.EXPONENTIAL);
        assertThat(euler.layout()).isEqualTo("exponential");
        assertThat(SchedulerBridge.samplerDefaults(ddim).grid()).isEqualTo(TimeGrid.of(Spacing.LEADING, 0));
        assertThat(ddim.layout()).isEqualTo("leading");
    }

    @Test
    void check_aLearnedTimeEmbedding_mustHaveARowForEachTimestep() throws IOException {
        UNetConfig unet = UNetConfigJson.fromObject(
                "config.json",
                JsonFiles.newObject().put("time_embedding_type", "learned").put("num_train_timesteps", 50));
        SchedulerBridge.check(read("{\"_class_name\": \"DDPMScheduler\", \"num_train_timesteps\": 50}"), unet);
        assertThatThrownBy(() -> SchedulerBridge.check(SchedulerConfigJson.defaults("DDPMScheduler"), unet))
                .hasMessage("unet/config.json: num_train_timesteps 50 must be at least 1000, the scheduler's");
        assertThatThrownBy(() -> SchedulerBridge.check(read("{\"_class_name\": \"EDMEulerScheduler\"}"), unet))
                .hasMessageContaining("time_embedding_type learned must be positional or fourier");
    }

    private SchedulerConfig read(String json) throws IOException {
        return SchedulerConfigJson.read(Files.writeString(folder.resolve("read.json"), json));
    }

    /** Import, upload, hot reload and the command line all make this check. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "FlowMatchEulerDiscreteScheduler; ; _class_name \"FlowMatchEulerDiscreteScheduler\" must be one of [DDIM",
                "CMStochasticIterativeScheduler; ; must be one of [DDIM",
                "ScoreSdeVeScheduler; ; EDMEulerScheduler",
                "DDPMScheduler; \"prediction_type\": \"flow\"; prediction 'flow' must be one of epsilon, sample",
                "DDPMScheduler; \"beta_schedule\": \"laplace\"; 'laplace' must be one of cosine",
                "DDPMScheduler; \"variance_type\": \"learned\"; variance_type 'learned' must be one of fixed_small",
                "DDPMScheduler; \"timestep_spacing\": \"karras\"; timestep_spacing 'karras' must be one of leading",
                "DDPMScheduler; \"variance_type\": \"learned_range\"; out_channels 1 must be 2, twice in_channels",
                "EulerDiscreteScheduler; \"timestep_type\": \"continuous\"; timestep_type continuous must be discrete",
                "EulerDiscreteScheduler; \"interpolation_type\": \"log_linear\"; interpolation_type log_linear must be linear",
                "EulerDiscreteScheduler; \"use_beta_sigmas\": true; use_beta_sigmas true must be false",
                "EulerDiscreteScheduler; \"use_karras_sigmas\": \"yes\"; use_karras_sigmas yes must be one of [true, false]",
                "EulerDiscreteScheduler; \"sigma_max\": 14.6; sigma_max 14.6 must be null",
                "EulerDiscreteScheduler; \"final_sigmas_type\": \"one\"; final_sigmas_type one must be one of [zero, sig",
                "UniPCMultistepScheduler; \"use_flow_sigmas\": true; use_flow_sigmas true must be false",
                "UniPCMultistepScheduler; \"solver_type\": \"bh3\"; solver_type bh3 must be one of [midpoint",
                "DPMSolverMultistepScheduler; \"use_lu_lambdas\": true; use_lu_lambdas true must be false",
                "DPMSolverMultistepScheduler; \"algorithm_type\": \"sde\"; algorithm_type sde must be one of [",
                "DPMSolverMultistepScheduler; \"solver_order\": 4; solver_order 4 must be 1.0 … 3.0",
                "DPMSolverMultistepScheduler; \"lambda_min_clipped\": 1; lambda_min_clipped 1 must be -Infinity …",
                "DPMSolverMultistepScheduler; \"lower_order_final\": 1; lower_order_final 1 must be one of [true, false]",
                "EDMEulerScheduler; \"prediction_type\": \"sample\"; prediction_type sample must be one of [epsilon, v_pre",
                "EDMEulerScheduler; \"sigma_schedule\": \"linear\"; sigma_schedule linear must be one of [karras, exp",
                "EDMEulerScheduler; \"final_sigmas_type\": \"one\"; final_sigmas_type one must be one of [zero, sigma_min]",
                "EDMEulerScheduler; \"sigma_data\": 0; sigma_data 0.0 must be positive",
                "EDMEulerScheduler; \"sigma_min\": 90; sigma_min 90.0 must be below sigma_max 80.0",
                "EDMEulerScheduler; \"rho\": 0; rho 0.0 must be positive",
                "EDMDPMSolverMultistepScheduler; \"solver_order\": 4; solver_order 4 must be 1, 2 or 3",
                "EDMDPMSolverMultistepScheduler; \"algorithm_type\": \"deis\"; algorithm_type deis must be one of [dpms",
                "EDMDPMSolverMultistepScheduler; \"solver_type\": \"bh2\"; solver_type bh2 must be one of [midpoint, heun]"
            })
    void check_aSchedulerThatIsNotUnderstood_isRefusedByName(String className, String keys, String message)
            throws IOException {
        TinyModel.write(folder, 0);
        String rest = keys == null ? "" : ", " + keys;
        Files.writeString(
                folder.resolve(PipelineFolder.SCHEDULER_CONFIG),
                "{\"_class_name\": \"" + className + "\"" + rest + "}");
        assertThatThrownBy(() -> PipelineFolder.open(folder).check())
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
        assertThatThrownBy(() -> new ModelRepository(folder.resolve("models")).importFolder(folder, "name"))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
    }
}
