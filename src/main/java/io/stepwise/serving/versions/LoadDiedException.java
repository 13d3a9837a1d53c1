package io.stepwise.serving.versions;

import io.stepwise.repository.ModelVersion;
import java.io.IOException;
import java.time.Duration;

/** The process died while it loaded a version, so the version is left alone for a while. */
final class LoadDiedException extends IOException {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int GROWTH = 6;

    private final Duration pause;

    /** @param deaths how often in a row, 1 or more; each makes the pause longer */
    LoadDiedException(ModelVersion version, int deaths) {
        this(version, deaths, pause(deaths));
    }

    private LoadDiedException(ModelVersion version, int deaths, Duration pause) {
        super("the service died while it loaded this version, " + deaths + " times in a row; it is tried again after "
                + pause.toSeconds() + " s, or at once with PUT /models/" + version.model() + "/served");
        this.pause = pause;
    }

    static Duration pause(int deaths) {
        double seconds = FIRST.toSeconds() * Math.pow(GROWTH, deaths - 1.0);
        return Duration.ofSeconds((long) Math.min(LONGEST.toSeconds(), seconds));
    }

    /** How long the version is left alone. */
    Duration pause() {
        return pause;
    }
}
