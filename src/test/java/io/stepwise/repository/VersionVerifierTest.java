package io.stepwise.repository;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionVerifierTest {
    @TempDir
    private Path temporary;

    private ModelVersion version;
    private Path weights;

    @BeforeEach
    void publish() throws IOException {
        version = new ModelRepository(temporary.resolve("models"))
                .publish("faces", folder -> TinyModel.write(folder, 1), VersionMetadata.NONE);
        weights = version.folder().resolve(PipelineFolder.WEIGHTS);
    }

    @Test
    void verify_flippedBit_isRefusedNamingTheFile() throws IOException {
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertDamaged("unet/diffusion_pytorch_model.safetensors has sha256 ");
    }

    @Test
    void verify_truncatedFile_isRefusedWithBothSizes() throws IOException {
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 4));
        assertDamaged("has " + (bytes.length - 4) + " bytes, must have " + bytes.length);
    }

    @Test
    void verify_missingFile_isRefused() throws IOException {
        Files.delete(version.folder().resolve(PipelineFolder.SCHEDULER_CONFIG));
        assertDamaged("scheduler/scheduler_config.json is missing");
    }

    @Test
    void verify_fileThatIsNotInTheManifest_isRefused() throws IOException {
        Files.writeString(version.folder().resolve("unet/extra.json"), "{}");
        assertDamaged("unet/extra.json is not in the manifest");
    }

    @Test
    void verify_linkToAnEqualFile_isRefused() throws IOException {
        Path elsewhere = temporary.resolve("elsewhere");
        Files.move(weights, elsewhere);
        Files.createSymbolicLink(weights, elsewhere);
        assertDamaged("unet/diffusion_pytorch_model.safetensors is a link");
    }

    @Test
    void verify_linkedFolder_isRefused() throws IOException {
        Path elsewhere = temporary.resolve("elsewhere");
        Files.move(version.folder().resolve("unet"), elsewhere);
        Files.createSymbolicLink(version.folder().resolve("unet"), elsewhere);
        assertDamaged("unet is a link");
    }

    @Test
    void verify_linkedManifest_isRefused() throws IOException {
        Path manifest = version.folder().resolve(Manifest.FILE);
        Files.move(manifest, temporary.resolve("elsewhere"));
        Files.createSymbolicLink(manifest, temporary.resolve("elsewhere"));
        assertRefused("manifest.json is missing or is no regular file");
    }

    @Test
    void verify_pathThatLeavesTheFolder_isRefused() throws IOException {
        replaceInManifest("\"model_index.json\"", "\"../../secret\"");
        assertRefused("files path ../../secret must be names");
    }

    @Test
    void verify_manifestWithoutTheWeights_isRefused() throws IOException {
        replaceInManifest(PipelineFolder.WEIGHTS, "unet/other.safetensors");
        assertRefused("must hold unet/diffusion_pytorch_model.safetensors");
    }

    private void replaceInManifest(String old, String replacement) throws IOException {
        Path manifest = version.folder().resolve(Manifest.FILE);
        Files.writeString(manifest, Files.readString(manifest).replace(old, replacement));
    }

    private void assertDamaged(String message) {
        assertRefused("faces/1 is damaged: ");
        assertRefused(message);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> VersionVerifier.verify(version))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
    }
}
