package io.stepwise.serving.versions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.repository.Manifest;
import io.stepwise.repository.PipelineFolder;
import io.stepwise.repository.files.FileDigest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** What can be wrong with a version. All but {@link #NOT_FINITE} are done to a sound one. */
public enum Damage {
    TRUNCATED {
        @Override
        void doTo(Path version) throws IOException {
            try (RandomAccessFile file = weights(version)) {
                file.setLength(file.length() * 2 / 3);
            }
        }
    },
    /** As a publisher would leave it that died and was believed. */
    TRUNCATED_AND_SIGNED {
        @Override
        void doTo(Path version) throws IOException {
            TRUNCATED.doTo(version);
            sign(version, PipelineFolder.WEIGHTS);
        }
    },
    BIT_FLIPPED {
        @Override
        void doTo(Path version) throws IOException {
            try (RandomAccessFile file = weights(version)) {
                file.seek(file.length() / 2);
                int old = file.read();
                file.seek(file.length() / 2);
                file.write(old ^ 4);
            }
        }
    },
    WRONG_ARCHITECTURE {
        @Override
        void doTo(Path version) throws IOException {
            Path config = version.resolve(PipelineFolder.UNET_CONFIG);
            ObjectNode object = (ObjectNode) JSON.readTree(config.toFile());
            object.put("layers_per_block", object.get("layers_per_block").asInt() + 1);
            JSON.writeValue(config.toFile(), object);
            sign(version, PipelineFolder.UNET_CONFIG);
        }
    },
    NOT_FINITE {
        @Override
        void doTo(Path version) {
            // the weights were published like that
        }
    },
    FILE_MISSING {
        @Override
        void doTo(Path version) throws IOException {
            Files.delete(version.resolve(PipelineFolder.SCHEDULER_CONFIG));
        }
    },
    WRONG_CHECKSUM {
        @Override
        void doTo(Path version) throws IOException {
            Path manifest = version.resolve(Manifest.FILE);
            ObjectNode object = (ObjectNode) JSON.readTree(manifest.toFile());
            ((ObjectNode) object.get("files").get(PipelineFolder.MODEL_INDEX)).put("sha256", "0".repeat(64));
            JSON.writeValue(manifest.toFile(), object);
        }
    };

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Does it to the folder of a version. */
    abstract void doTo(Path version) throws IOException;

    private static RandomAccessFile weights(Path version) throws IOException {
        return new RandomAccessFile(version.resolve(PipelineFolder.WEIGHTS).toFile(), "rw");
    }

    /** Makes the manifest say of {@code file} what it is. */
    private static void sign(Path version, String file) throws IOException {
        Path manifest = version.resolve(Manifest.FILE);
        JsonNode object = JSON.readTree(manifest.toFile());
        FileDigest digest = FileDigest.of(version.resolve(file));
        ((ObjectNode) object.get("files").get(file)).put("size", digest.size()).put("sha256", digest.sha256());
        JSON.writeValue(manifest.toFile(), object);
    }
}
