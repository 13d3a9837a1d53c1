package io.stepwise.api.schedules;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.Negotiation;
import io.stepwise.api.http.QueryFields;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.image.Png;
import io.stepwise.schedule.ScheduleCurves;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.MessageSchema;
import io.stepwise.training.spec.ImageSize;
import io.stepwise.training.spec.ScheduleChoice;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code GET /schedules/{name}}: the tables and curves of a noise schedule. */
@Path("/schedules")
@Singleton
@RolesAllowed({"generate", "train"})
public final class ScheduleResource {
    private static final String PNG = "image/png";
    private static final String SVG = "image/svg+xml";
    private static final MessageSchema SCHEMA = MessageSchema.of("NoiseSchedule");
    private static final List<String> FORMS = List.of(MediaType.APPLICATION_JSON, PNG, SVG);
    private static final List<String> NUMBERS =
            List.of("beta_start", "beta_end", "start", "end", "tau", "reference_size", "max_beta");

    /** Those that are described by a few numbers, and not by each beta. */
    private static final List<String> NAMES = Arrays.stream(ScheduleChoice.Kind.values())
            .filter(kind -> kind != ScheduleChoice.Kind.GIVEN)
            .map(ScheduleChoice.Kind::wireName)
            .toList();

    /** Computes the schedule that the path and the query describe. */
    @GET
    @Path("{name}")
    public Response schedule(@PathParam("name") String name, @Context UriInfo uri, @Context HttpHeaders headers) {
        requireKnown(name);
        QueryFields query = new QueryFields(uri);
        int timesteps = query.integer("timesteps", 20, 4000, 1000);
        ObjectNode fields = JsonNodeFactory.instance.objectNode().put("type", name);
        for (String field : NUMBERS) {
            query.value(field, "a number", ScheduleResource::number).ifPresent(value -> fields.put(field, value));
        }
        query.value("zero_terminal_snr", "true or false", ScheduleResource::truth)
                .ifPresent(value -> fields.put("zero_terminal_snr", value));
        Optional<ImageSize> size = query.value("image_size", "an integer, 8 … 1024", ScheduleResource::size);
        query.finishStrictly();
        requireTogether(fields.has("reference_size"), size.isPresent());
        ScheduleChoice choice = read(fields);
        NoiseSchedule schedule = choice.tables(timesteps, size.orElse(new ImageSize(1, 1)));
        return answer(choice, schedule, Negotiation.choose(headers, FORMS));
    }

    private static ScheduleChoice read(ObjectNode fields) {
        CheckedMessage message = SCHEMA.check(fields);
        Optional<ScheduleChoice> choice = message.as(NoiseRequest.MAPPER, ScheduleChoice.class);
        message.orThrow();
        return choice.orElseThrow();
    }

    private static Response answer(ScheduleChoice choice, NoiseSchedule schedule, String form) {
        ScheduleCurves curves = new ScheduleCurves(Map.of("", schedule));
        byte[] body =
                switch (form) {
                    case PNG -> Png.encode(curves.sheet().draw(ScheduleCurves.WIDTH, ScheduleCurves.HEIGHT));
                    case SVG -> curves.sheet().svg(ScheduleCurves.WIDTH, ScheduleCurves.HEIGHT);
                    default -> JsonBody.write(ScheduleResponse.of(choice, schedule));
                };
        return Response.ok(body, form)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .build();
    }

    private static void requireKnown(String name) {
        if (!NAMES.contains(name)) {
            throw refused(ProblemType.NOT_FOUND, "name", name, "one of " + String.join(", ", NAMES));
        }
    }

    /** The size of the images says how far {@code reference_size} moves the schedule, and nothing else. */
    private static void requireTogether(boolean reference, boolean size) {
        if (reference != size) {
            throw refused(
                    ProblemType.INVALID_FIELD,
                    reference ? "image_size" : "reference_size",
                    "missing",
                    "given where " + (reference ? "reference_size" : "image_size") + " is");
        }
    }

    private static ProblemException refused(ProblemType type, String field, String value, String allowed) {
        return ProblemException.of(
                type, List.of(FieldError.of(FieldError.pointer(field), FieldError.quoted(value), allowed)));
    }

    private static @Nullable BigDecimal number(String text) {
        try {
            return text.length() <= 40 ? new BigDecimal(text) : null;
        } catch (NumberFormatException none) {
            return null;
        }
    }

    private static @Nullable Boolean truth(String text) {
        return text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : null;
    }

    private static @Nullable ImageSize size(String text) {
        boolean fits = text.matches("[0-9]{1,4}") && Integer.parseInt(text) >= 8 && Integer.parseInt(text) <= 1024;
        return fits ? new ImageSize(Integer.parseInt(text), Integer.parseInt(text)) : null;
    }
}
