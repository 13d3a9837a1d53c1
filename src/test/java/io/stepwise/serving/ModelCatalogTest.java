package io.stepwise.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import io.stepwise.serving.versions.ModelLookup;
import io.stepwise.serving.versions.ServingModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of the models of a repository, whether or not they are in memory. */
class ModelCatalogTest {
    @TempDir
    private Path folder;

    private ModelRepository repository;
    private ModelLookup models;

    @BeforeEach
    void start() throws IOException {
        repository = ServingModels.publish(folder);
        models = new ModelLookup(
                repository,
                "labelled",
                new EngineSettings(2, 1, 1, 64, EngineSettings.DEFAULT_STRETCH),
                ServingModels.RELOAD,
                new SimpleMeterRegistry(),
                null,
                ForkJoinPool.commonPool());
    }

    @AfterEach
    void stop() throws InterruptedException {
        models.close();
    }

    private ModelDirectory directory() {
        return new ModelCatalog(repository, models, ForkJoinPool.commonPool());
    }

    @Test
    void card_ofTheDefaultModel_tellsClassesAndSize() throws IOException {
        ModelCard card = directory().card(null, null);

        assertThat(card.model()).isEqualTo("labelled");
        assertThat(card.version()).isOne();
        assertThat(card.created())
                .isEqualTo(repository.version("labelled", 1).manifest().created());
        assertThat(card.labels()).isEqualTo(ServingModels.LABELS);
        assertThat(card.channels()).isEqualTo(3);
        assertThat(directory().card("labelled", 1)).isEqualTo(card);
        assertThat(directory().names()).contains("labelled", "plain");
        assertThat(directory().versions("plain")).containsExactly(1);
    }

    @Test
    void card_ofAModelWithoutClasses_asksForNone() throws IOException {
        ModelCard card = directory().card("plain", null);

        assertThat(card.labels()).isEmpty();
    }

    @Test
    void card_ofWhatIsNotThere_saysWhatIs() {
        assertThatThrownBy(() -> directory().card("dall-e-3", null))
                .isInstanceOf(UnknownModelException.class)
                .hasMessageContaining("dall-e-3")
                .hasMessageContaining("labelled");
        assertThatThrownBy(() -> directory().card("../models", null)).isInstanceOf(UnknownModelException.class);
        assertThatThrownBy(() -> directory().card("plain", 999))
                .isInstanceOf(VersionNotFoundException.class)
                .hasMessageContaining("999");
        assertThatThrownBy(() -> directory().versions("nobody")).isInstanceOf(UnknownModelException.class);
    }

    @Test
    void card_ofABrokenVersion_saysWhatIsWrong() throws IOException {
        Path config = repository.version("plain", 1).pipeline().unetConfigFile();
        Files.writeString(config, Files.readString(config).replaceFirst("(\"layers_per_block\"\\s*:\\s*)", "$1-"));

        assertThatThrownBy(() -> directory().card("plain", 1))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("layers_per_block");
    }
}
