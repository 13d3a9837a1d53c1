package io.stepwise.api;

import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.RequestIdFilter;
import io.stepwise.api.inference.InferenceError;
import io.stepwise.api.openai.OpenAiError;
import io.stepwise.api.problem.Problem;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What all operations of the HTTP contract share: the headers of their answers. The problems are those of {@link ProblemResponses}. */
@ApplicationPath("/")
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Stepwise",
                        version = "1",
                        description = "Trains diffusion image models and serves them. What a client sends is either"
                                + " honoured or refused: no field is accepted and ignored.",
                        license = @License(name = "Apache-2.0", identifier = "Apache-2.0")),
        components =
                @Components(
                        schemas = {
                            @Schema(name = "Problem", implementation = Problem.class),
                            @Schema(name = "OpenAiError", implementation = OpenAiError.class),
                            @Schema(name = "InferenceError", implementation = InferenceError.class)
                        },
                        parameters = {
                            @Parameter(
                                    name = IdempotencyKey.HEADER,
                                    in = ParameterIn.HEADER,
                                    description =
                                            "A key of the client's own for this request, such as a UUID. Who asks again"
                                                    + " with the same key and body, because no answer arrived, gets what the first request"
                                                    + " made, and nothing is made twice; with another body the request is refused. Keys of"
                                                    + " different API keys and of different paths have nothing to do with each other. A key is"
                                                    + " forgotten with what it stands for: images stepwise.generate.keep after their end or"
                                                    + " with the service, all else when it is deleted.",
                                    schema = @Schema(type = SchemaType.STRING, pattern = IdempotencyKey.PATTERN)),
                            @Parameter(
                                    name = RequestIdFilter.HEADER,
                                    in = ParameterIn.HEADER,
                                    description = "An id of the client's own for this request; repeated in the"
                                            + " answer and in the log.",
                                    schema = @Schema(type = SchemaType.STRING, pattern = RequestIdFilter.HARMLESS))
                        },
                        responses =
                                @APIResponse(
                                        name = "NotModified",
                                        description = "What the client knows, by If-None-Match, is still so.",
                                        headers = {
                                            @Header(ref = "X-Request-Id"),
                                            @Header(name = "ETag", ref = "Content-ETag")
                                        }),
                        headers = {
                            @Header(
                                    name = "Content-ETag",
                                    description = "Hash of the body, for If-None-Match.",
                                    required = true,
                                    schema = @Schema(type = SchemaType.STRING)),
                            @Header(
                                    name = "X-Request-Id",
                                    description = "The client's own id of the request, or a new one.",
                                    required = true,
                                    schema = @Schema(type = SchemaType.STRING)),
                            @Header(
                                    name = "X-Seed",
                                    description = "The seed that was used, in decimal digits.",
                                    required = true,
                                    schema = @Schema(type = SchemaType.STRING, pattern = "^[0-9]{1,20}$")),
                            @Header(
                                    name = "X-Model-Version",
                                    description = "The version that made the images.",
                                    required = true,
                                    schema = @Schema(type = SchemaType.INTEGER, minimum = "1")),
                            @Header(
                                    name = "ETag",
                                    description = "Hash of the image; weak in JSON, where it is that of all images.",
                                    required = true,
                                    schema = @Schema(type = SchemaType.STRING)),
                            @Header(
                                    name = "Server-Timing",
                                    description = "Milliseconds spent: queue, compute, encode.",
                                    required = true,
                                    schema = @Schema(type = SchemaType.STRING)),
                            @Header(
                                    name = IdempotencyKey.REPLAYED,
                                    description = "There when the answer is that of an earlier request with the same"
                                            + " Idempotency-Key.",
                                    schema = @Schema(type = SchemaType.STRING, enumeration = "true")),
                            @Header(
                                    name = "Location",
                                    description = "Where it is to be found.",
                                    required = true,
                                    schema = @Schema(type = SchemaType.STRING, format = "uri")),
                            @Header(
                                    name = "Retry-After",
                                    description = "Seconds after which it is worth asking again.",
                                    required = true,
                                    schema = @Schema(type = SchemaType.INTEGER, minimum = "1"))
                        }))
public final class Contract extends Application {}
