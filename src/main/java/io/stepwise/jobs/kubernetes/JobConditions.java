package io.stepwise.jobs.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The meaning of the status of a Job and of its pod. */
final class JobConditions {
    private static final String TRUE = "True";
    private static final Set<String> STARTING = Set.of("ContainerCreating", "PodInitializing");

    private JobConditions() {}

    /** Whether it has ended, successfully or not. */
    static boolean isOver(Job job) {
        return condition(job, "Complete").isPresent()
                || condition(job, "Failed").isPresent();
    }

    private static Optional<JobCondition> condition(Job job, String type) {
        List<JobCondition> all =
                job.getStatus() == null ? List.of() : job.getStatus().getConditions();
        return all.stream()
                .filter(each -> type.equals(each.getType()) && TRUE.equals(each.getStatus()))
                .findFirst();
    }

    /** The exit code of the process; 0 for a complete Job; empty if unknown. */
    static Optional<Integer> exitCode(@Nullable Job job, @Nullable Pod pod) {
        Optional<Integer> code =
                Optional.ofNullable(pod).flatMap(JobConditions::terminated).map(ContainerStateTerminated::getExitCode);
        boolean complete = job != null && condition(job, "Complete").isPresent();
        return code.isEmpty() && complete ? Optional.of(0) : code;
    }

    /** The reason why it did not end by itself: evicted, preempted, lost with its machine, out of memory, deleted. */
    static Optional<String> circumstances(@Nullable Job job, @Nullable Pod pod) {
        Optional<String> ofPod = Optional.ofNullable(pod).flatMap(JobConditions::circumstances);
        if (ofPod.isPresent()) {
            return ofPod;
        }
        if (job == null) {
            return Optional.of("its Job was deleted");
        }
        return pod == null
                ? condition(job, "Failed").map(why -> sentence(why.getReason(), why.getMessage()))
                : Optional.empty();
    }

    private static Optional<String> circumstances(Pod pod) {
        Optional<PodCondition> disrupted = condition(pod, "DisruptionTarget", TRUE);
        if (disrupted.isPresent()) {
            return disrupted.map(why -> sentence(why.getReason(), why.getMessage()));
        }
        if (pod.getStatus() != null && pod.getStatus().getReason() != null) {
            return Optional.of(
                    sentence(pod.getStatus().getReason(), pod.getStatus().getMessage()));
        }
        return terminated(pod)
                .map(ContainerStateTerminated::getReason)
                .filter("OOMKilled"::equals)
                .map(killed -> killed + ": it took more memory than its container may have");
    }

    /** The reason why an unfinished Job does not run; empty if it runs or is just starting. */
    static Optional<String> waiting(Job job, @Nullable Pod pod) {
        if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
            String queue = job.getMetadata().getLabels().get(JobTemplate.QUEUE_LABEL);
            return Optional.of(
                    queue == null
                            ? "its Job is suspended"
                            : "the queue \"" + queue + "\" has not admitted its Job yet");
        }
        if (pod == null) {
            return Optional.of("its Job has no pod yet");
        }
        Optional<PodCondition> unscheduled = condition(pod, "PodScheduled", "False");
        if (unscheduled.isPresent()) {
            return unscheduled.map(why -> "no machine takes it: " + sentence(why.getReason(), why.getMessage()));
        }
        return container(pod)
                .map(ContainerStatus::getState)
                .map(ContainerState::getWaiting)
                .filter(state -> state.getReason() != null && !STARTING.contains(state.getReason()))
                .map(JobConditions::sentence);
    }

    private static String sentence(ContainerStateWaiting state) {
        return "its container can't start: " + sentence(state.getReason(), state.getMessage());
    }

    private static Optional<PodCondition> condition(Pod pod, String type, String status) {
        List<PodCondition> all =
                pod.getStatus() == null ? List.of() : pod.getStatus().getConditions();
        return all.stream()
                .filter(each -> type.equals(each.getType()) && status.equals(each.getStatus()))
                .findFirst();
    }

    private static Optional<ContainerStateTerminated> terminated(Pod pod) {
        return container(pod).map(ContainerStatus::getState).map(ContainerState::getTerminated);
    }

    private static Optional<ContainerStatus> container(Pod pod) {
        List<ContainerStatus> all =
                pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
        return all.stream()
                .filter(each -> JobTemplate.CONTAINER.equals(each.getName()))
                .findFirst();
    }

    private static String sentence(@Nullable String reason, @Nullable String message) {
        if (reason == null || reason.isBlank()) {
            return message == null || message.isBlank() ? "nobody says why" : message;
        }
        return message == null || message.isBlank() ? reason : reason + ": " + message;
    }
}
