package io.stepwise.app;

import io.stepwise.image.Pixels;
import io.stepwise.serving.ImageEncoder;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.ImageFormat;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * What {@code stepwise bench serve --http} compares {@code POST /generate} with: an endpoint that reads a body and
 * answers with the bytes of an image, and does nothing else. It is there only where the model computes nothing
 * ({@code stepwise.engine.null-model}).
 */
@Singleton
public final class PlainEndpoint {
    private static final int SIDE = 32;

    private final StepwiseConfig config;
    private final byte[] png = ImageEncoder.image(
            new GeneratedImage(0, 0, null, new Pixels(SIDE, SIDE, 3, new byte[SIDE * SIDE * 3])),
            ImageFormat.PNG,
            "{}".repeat(128));

    PlainEndpoint(StepwiseConfig config) {
        this.config = config;
    }

    void routes(@Observes Router router) {
        if (config.engine().nullModel()) {
            router.post("/bench/plain").handler(this::answer);
        }
    }

    private void answer(RoutingContext context) {
        context.request()
                .body()
                .onSuccess(body -> context.response()
                        .putHeader("Content-Type", "image/png")
                        .end(Buffer.buffer(png)))
                .onFailure(context::fail);
        context.request().resume(); // Quarkus pauses it until somebody reads
    }
}
