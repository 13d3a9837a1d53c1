package io.stepwise.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.schema.FieldError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublicTextTest {
    @BeforeEach
    void hide() {
        PublicText.hide(Path.of("/srv/stepwise/models"), Path.of("/srv/stepwise/../stepwise/runs"), Path.of("/"));
    }

    @AfterEach
    void restore() {
        PublicText.hide();
    }

    @Test
    void of_pathInAFolder_isThePathFromThere() {
        assertThat(PublicText.of("/srv/stepwise/models/faces/3/config.json: is not valid JSON"))
                .isEqualTo("faces/3/config.json: is not valid JSON");
        assertThat(PublicText.of("{\"message\":\"/srv/stepwise/runs/a/log and /srv/stepwise/models\"}"))
                .isEqualTo("{\"message\":\"a/log and the folder models\"}");
        assertThat(PublicText.of("POST /train/a/resume, /srv/other")).isEqualTo("POST /train/a/resume, /srv/other");
    }

    @Test
    void refusal_textsOfAllParts_areWithoutFolders() {
        FieldError error = new FieldError("/dataset", "dataset is \"x\": /srv/stepwise/runs/y is damaged");
        Refusal refusal = new Refusal(
                ProblemType.INVALID_FIELD, "/srv/stepwise/models/faces is locked", List.of(error), Map.of());

        assertThat(refusal.detail()).isEqualTo("faces is locked");
        assertThat(refusal.errors().get(0).detail()).isEqualTo("dataset is \"x\": y is damaged");
    }
}
