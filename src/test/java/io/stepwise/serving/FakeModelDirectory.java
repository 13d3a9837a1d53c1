package io.stepwise.serving;

import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/** The models that {@link FakeGenerator} pretends to have. */
@Singleton
@Alternative
@Priority(1)
public class FakeModelDirectory implements ModelDirectory {
    public static final Instant CREATED = Instant.parse("2025-01-01T00:00:00Z");
    public static final List<String> LABELS = List.of("black", "red", "blue");

    @Override
    public List<String> names() {
        return List.of("digits", "faces", "plain");
    }

    @Override
    public List<Integer> versions(String model) {
        card(model, null);
        return List.of(1, 2, 3);
    }

    @Override
    public ModelCard card(String model, Integer version) {
        String name = model == null ? "faces" : model;
        if (!names().contains(name)) {
            throw new UnknownModelException(name, names());
        }
        if (version != null && version > 3) {
            throw new VersionNotFoundException(name, version, List.of(1, 2, 3));
        }
        return new ModelCard(
                name,
                version == null ? 3 : version,
                CREATED,
                name.equals("plain") ? List.of() : LABELS,
                FakeGenerator.SIDE,
                FakeGenerator.SIDE,
                3);
    }
}
