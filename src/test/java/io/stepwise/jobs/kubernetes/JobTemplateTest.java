package io.stepwise.jobs.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobTemplateTest {
    private static final String LEAST =
            """
            apiVersion: batch/v1
            kind: Job
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  containers:
                    - name: sidecar
                      image: proxy:1
                    - name: train
                      image: mine:1
                      env:
                        - {name: TRAINING_RUN, value: somebody-else}
                        - {name: MORE, value: $(TRAINING_RUN)}
            """;

    private static Job job(JobTemplate template, int gpus) {
        KubernetesSettings settings =
                new KubernetesSettings(Optional.empty(), Optional.empty(), Optional.empty(), gpus, Map.of());
        Optional<String> image = template.namesImage() ? Optional.empty() : Optional.of("stepwise:1");
        return template.job("stepwise-r-7", "r", 7, 3, settings, image);
    }

    @Test
    void shipped_asksForWhatTheDocumentationSays() {
        Job job = job(JobTemplate.shipped(), 1);
        PodSpec pod = job.getSpec().getTemplate().getSpec();
        Container container = pod.getContainers().get(0);

        assertThat(job.getSpec().getTtlSecondsAfterFinished()).isEqualTo(86_400);
        assertThat(pod.getServiceAccountName()).isEqualTo("stepwise-train");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getEnableServiceLinks())
                .as("STEPWISE_PORT would be a setting")
                .isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(pod.getVolumes()).extracting(Volume::getName).containsExactly("models", "runs", "datasets", "tmp");
        assertThat(String.join(" ", container.getArgs())).contains("train-job --device 0 \"$TRAINING_RUN\"");
        assertThat(JobTemplate.shipped().memory()).hasValue(16L << 30);
        assertThat(JobTemplate.shipped().namesImage()).isFalse();
    }

    @Test
    void job_settingsForItsProcess_areVariablesUnlessTheTemplateHasThem() {
        KubernetesSettings settings = new KubernetesSettings(
                Optional.empty(), Optional.empty(), Optional.empty(), 0, Map.of("MORE", "ours", "OTHER", "ours"));
        Job job = JobTemplate.read(LEAST).job("stepwise-r-7", "r", 7, 3, settings, Optional.empty());
        assertThat(job.getSpec().getTemplate().getSpec().getContainers().get(1).getEnv())
                .extracting(variable -> variable.getName() + "=" + variable.getValue())
                .containsExactly("TRAINING_RUN=r", "MORE=$(TRAINING_RUN)", "OTHER=ours");
    }

    @Test
    void job_ofAPersonsTemplate_keepsWhatItSays() {
        Job job = job(JobTemplate.read(LEAST), 0);
        Container container =
                job.getSpec().getTemplate().getSpec().getContainers().get(1);

        assertThat(container.getImage()).isEqualTo("mine:1");
        assertThat(container.getEnv()).extracting(EnvVar::getName).containsExactly("TRAINING_RUN", "MORE");
        assertThat(container.getEnv().get(0).getValue()).isEqualTo("r");
        assertThat(container.getResources().getLimits()).isEmpty();
        assertThat(job.getMetadata().getAnnotations()).containsEntry("stepwise.io/device", "3");
        assertThat(JobTemplate.read(LEAST).memory()).isEmpty();
    }

    @Test
    void job_madeTwice_doesNotChangeTheTemplate() {
        JobTemplate template = JobTemplate.shipped();
        job(template, 4);
        Job without = job(template, 0);

        assertThat(without.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getResources()
                        .getLimits())
                .containsOnlyKeys("memory");
        assertThat(without.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getEnv())
                .filteredOn(variable -> variable.getName().equals("TRAINING_RUN"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            backoffLimit: 0      | backoffLimit: 3      | spec.backoffLimit is 3, must be 0
            restartPolicy: Never | restartPolicy: Always | spec.template.spec.restartPolicy is Always, must be Never
            apiVersion: batch/v1 | apiVersion: v1       | apiVersion is v1, must be batch/v1
            kind: Job            | kind: CronJob        | kind is CronJob, must be Job
            name: train          | name: main           | has no container "train"
            backoffLimit: 0      | backofLimit: 0       | Unrecognized field "backofLimit"
            restartPolicy: Never | restartPolice: Never | Unrecognized field "restartPolice"
            """)
    void read_whatCantBe_isRefusedNamingIt(String before, String after, String message) {
        assertThatThrownBy(() -> JobTemplate.read(LEAST.replace(before, after)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void read_nothing_isRefused() {
        assertThatThrownBy(() -> JobTemplate.read("")).isInstanceOf(IllegalArgumentException.class);
    }
}
