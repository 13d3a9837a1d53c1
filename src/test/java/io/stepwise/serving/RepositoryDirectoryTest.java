package io.stepwise.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.repository.ModelRepository;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of the models that come with the service. */
class RepositoryDirectoryTest {
    private final ModelDirectory directory = new RepositoryDirectory(new ModelRepository(Path.of("models")), "faces");

    @Test
    void card_ofTheDefaultModel_tellsClassesAndSize() throws IOException {
        ModelCard card = directory.card(null, null);

        assertThat(card.model()).isEqualTo("faces");
        assertThat(card.version()).isPositive();
        assertThat(card.labels()).contains("red", "blue").hasSize(8);
        assertThat(card.labelRequired()).isFalse();
        assertThat(card.width()).isEqualTo(32);
        assertThat(card.height()).isEqualTo(32);
        assertThat(card.channels()).isEqualTo(3);
        assertThat(directory.card("faces", 1)).isSameAs(directory.card("faces", 1));
        assertThat(directory.models()).contains("faces");
        assertThat(directory.versions("faces")).contains(1);
    }

    @Test
    void card_ofWhatIsNotThere_saysWhatIs() {
        assertThatThrownBy(() -> directory.card("dall-e-3", null))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("dall-e-3")
                .hasMessageContaining("faces");
        assertThatThrownBy(() -> directory.card("../models", null)).isInstanceOf(ModelNotFoundException.class);
        assertThatThrownBy(() -> directory.card("faces", 999))
                .isInstanceOf(VersionNotFoundException.class)
                .hasMessageContaining("999");
        assertThatThrownBy(() -> directory.versions("nobody")).isInstanceOf(ModelNotFoundException.class);
    }

    @Test
    void models_ofAnEmptyRepository_areNone(@TempDir Path root) throws IOException {
        ModelDirectory empty = new RepositoryDirectory(new ModelRepository(root), "faces");

        assertThat(empty.models()).isEmpty();
        assertThatThrownBy(() -> empty.card(null, null)).isInstanceOf(ModelNotFoundException.class);
    }
}
