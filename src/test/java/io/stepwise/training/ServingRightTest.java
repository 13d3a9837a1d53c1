package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.repository.ModelRepository;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.spec.TrainingSpec.PublishAs;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServingRightTest {
    private static final boolean ADMIN = true;
    private static final boolean TRAINER = false;

    @TempDir
    private Path folder;

    private ModelRepository models;

    @BeforeEach
    void publish() throws IOException {
        models = new ModelRepository(folder);
        models.importFolder(Path.of(System.getProperty("golden.dir")).resolve("unet-tiny"), "faces");
    }

    private static ObjectNode fields() {
        return JsonNodeFactory.instance.objectNode();
    }

    private ServingRight right(ObjectNode fields, boolean mayServe) throws IOException {
        return ServingRight.of(fields, TrainingSpecJson.read(fields), models, mayServe);
    }

    @Test
    void of_trainerOnAServedModel_makesCandidatesAndSaysSo() throws IOException {
        ServingRight right = right(fields(), TRAINER);
        assertThat(right.spec().publishAs()).isEqualTo(PublishAs.CANDIDATE);
        assertThat(right.warnings())
                .containsExactly("the versions of this job are candidates: model faces serves version 1 until an admin "
                        + "chooses one of them with PUT /models/faces/served");
    }

    @Test
    void of_trainerWhoAsksToServe_isRefused() {
        assertThatThrownBy(() -> right(fields().put("publish_as", "release"), TRAINER))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("publish_as")
                .hasMessageContaining("candidate with a key without the role admin: model faces serves version 1");
    }

    @Test
    void of_trainerWhereAnAdminSetLatest_serves() throws IOException {
        models.update("faces", settings -> settings.withServedVersion(null));
        ServingRight right = right(fields(), TRAINER);
        assertThat(right.spec().publishAs()).isEqualTo(PublishAs.RELEASE);
        assertThat(right.warnings())
                .containsExactly("each version of this job replaces version 1, which model faces serves");
        assertThat(right(fields().put("publish_as", "candidate"), TRAINER)
                        .spec()
                        .publishAs())
                .isEqualTo(PublishAs.CANDIDATE);
    }

    @Test
    void of_whatReplacesNothing_isARelease() throws IOException {
        assertThat(right(fields().put("model", "new"), TRAINER).spec().publishAs())
                .isEqualTo(PublishAs.RELEASE);
        assertThat(right(fields().put("publish", "never"), TRAINER).spec().publishAs())
                .isEqualTo(PublishAs.RELEASE);
        models.update("faces", settings -> settings.withServedVersion(1));
        ServingRight pinned = right(fields(), TRAINER);
        assertThat(pinned.spec().publishAs()).isEqualTo(PublishAs.RELEASE);
        assertThat(pinned.warnings()).isEmpty();
    }

    @Test
    void of_adminOrServiceWithoutKeys_serves() throws IOException {
        assertThat(right(fields(), ADMIN).spec().publishAs()).isEqualTo(PublishAs.RELEASE);
        assertThat(right(fields().put("publish_as", "candidate"), ADMIN).spec().publishAs())
                .isEqualTo(PublishAs.CANDIDATE);
    }
}
