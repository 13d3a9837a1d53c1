package io.stepwise.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What all operations of the HTTP contract share: the headers of their answers and the problems they report. */
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
                        headers = {
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
                                    name = "Retry-After",
                                    description = "Seconds after which it is worth asking again.",
                                    required = true,
                                    schema = @Schema(type = SchemaType.INTEGER, minimum = "1"))
                        },
                        responses = {
                            @APIResponse(
                                    name = "MalformedJson",
                                    description = "The body is not well-formed JSON, has a key twice, or goes on after"
                                            + " the value; the detail names the position.",
                                    headers = @Header(ref = "X-Request-Id"),
                                    content =
                                            @Content(
                                                    mediaType = Problem.MEDIA_TYPE,
                                                    schema = @Schema(implementation = Problem.class))),
                            @APIResponse(
                                    name = "NotFound",
                                    description = "The model or the version does not exist.",
                                    headers = @Header(ref = "X-Request-Id"),
                                    content =
                                            @Content(
                                                    mediaType = Problem.MEDIA_TYPE,
                                                    schema = @Schema(implementation = Problem.class))),
                            @APIResponse(
                                    name = "NotAcceptable",
                                    description = "None of the media types the client accepts is offered; the detail"
                                            + " lists those that are.",
                                    headers = @Header(ref = "X-Request-Id"),
                                    content =
                                            @Content(
                                                    mediaType = Problem.MEDIA_TYPE,
                                                    schema = @Schema(implementation = Problem.class))),
                            @APIResponse(
                                    name = "BodyTooLarge",
                                    description = "The body is larger than 1 MiB.",
                                    headers = @Header(ref = "X-Request-Id"),
                                    content =
                                            @Content(
                                                    mediaType = Problem.MEDIA_TYPE,
                                                    schema = @Schema(implementation = Problem.class))),
                            @APIResponse(
                                    name = "UnsupportedMediaType",
                                    description = "The body is not application/json.",
                                    headers = @Header(ref = "X-Request-Id"),
                                    content =
                                            @Content(
                                                    mediaType = Problem.MEDIA_TYPE,
                                                    schema = @Schema(implementation = Problem.class))),
                            @APIResponse(
                                    name = "InvalidField",
                                    description = "Fields that do not exist, are of the wrong type or out of range; all"
                                            + " of them are listed.",
                                    headers = @Header(ref = "X-Request-Id"),
                                    content =
                                            @Content(
                                                    mediaType = Problem.MEDIA_TYPE,
                                                    schema = @Schema(implementation = Problem.class))),
                            @APIResponse(
                                    name = "QueueFull",
                                    description = "Too much is waiting already.",
                                    headers = {@Header(ref = "X-Request-Id"), @Header(ref = "Retry-After")},
                                    content =
                                            @Content(
                                                    mediaType = Problem.MEDIA_TYPE,
                                                    schema = @Schema(implementation = Problem.class))),
                            @APIResponse(
                                    name = "InternalError",
                                    description = "The service failed; its log has the request's id.",
                                    headers = @Header(ref = "X-Request-Id"),
                                    content =
                                            @Content(
                                                    mediaType = Problem.MEDIA_TYPE,
                                                    schema = @Schema(implementation = Problem.class))),
                            @APIResponse(
                                    name = "NotReady",
                                    description =
                                            "There is no model, not yet, or not any more; or the work was given up.",
                                    headers = {@Header(ref = "X-Request-Id"), @Header(ref = "Retry-After")},
                                    content =
                                            @Content(
                                                    mediaType = Problem.MEDIA_TYPE,
                                                    schema = @Schema(implementation = Problem.class))),
                            @APIResponse(
                                    name = "DeadlineExceeded",
                                    description = "The images were not made in time.",
                                    headers = @Header(ref = "X-Request-Id"),
                                    content =
                                            @Content(
                                                    mediaType = Problem.MEDIA_TYPE,
                                                    schema = @Schema(implementation = Problem.class)))
                        }))
public final class Contract extends Application {}
