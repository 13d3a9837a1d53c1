package io.stepwise.api;

import io.stepwise.api.datasets.DatasetResource;
import io.stepwise.api.datasets.DatasetUploadResource;
import io.stepwise.api.engines.EnginesResource;
import io.stepwise.api.generate.GenerateEventsResource;
import io.stepwise.api.generate.GenerateResource;
import io.stepwise.api.generate.GenerationsResource;
import io.stepwise.api.generate.VerifyResource;
import io.stepwise.api.inference.InferenceModelsResource;
import io.stepwise.api.inference.InferenceResource;
import io.stepwise.api.models.ModelVersionsResource;
import io.stepwise.api.models.ModelsResource;
import io.stepwise.api.openai.OpenAiImagesResource;
import io.stepwise.api.openai.OpenAiModelsResource;
import io.stepwise.api.schedules.NoiseResource;
import io.stepwise.api.schedules.ScheduleResource;
import io.stepwise.api.train.TrainEstimateResource;
import io.stepwise.api.train.TrainResource;
import io.stepwise.api.train.TrainRunResource;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The methods that a path supports. The header {@code Allow} needs them, as JAX-RS leaves it out when it refuses a
 * method.
 */
public final class Routes {
    /** All resources of this package and its sub-packages. */
    static final List<Class<?>> RESOURCES = List.of(
            GenerateResource.class,
            GenerateEventsResource.class,
            GenerationsResource.class,
            VerifyResource.class,
            ModelsResource.class,
            ModelVersionsResource.class,
            ScheduleResource.class,
            NoiseResource.class,
            TrainResource.class,
            TrainRunResource.class,
            TrainEstimateResource.class,
            DatasetResource.class,
            DatasetUploadResource.class,
            OpenAiImagesResource.class,
            OpenAiModelsResource.class,
            EnginesResource.class,
            InferenceResource.class,
            InferenceModelsResource.class);

    private static final List<Route> ROUTES = routes();

    private Routes() {}

    /** The methods of {@code path}, sorted. OPTIONS is always included, HEAD if GET is. */
    static Set<String> methods(String path) {
        Set<String> methods = new TreeSet<>(Set.of(HttpMethod.OPTIONS));
        for (Route route : ROUTES) {
            if (path.matches(route.pattern)) {
                methods.add(route.method);
                if (route.method.equals(HttpMethod.GET)) {
                    methods.add(HttpMethod.HEAD);
                }
            }
        }
        return methods;
    }

    /** The path of every resource method, such as {@code /models/{name}}. */
    public static Set<String> templates() {
        return ROUTES.stream().map(Route::template).collect(Collectors.toSet());
    }

    private record Route(String template, String pattern, String method) {}

    private static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (Class<?> resource : RESOURCES) {
            for (Method method : resource.getMethods()) {
                String template = path(resource.getAnnotation(Path.class)) + path(method.getAnnotation(Path.class));
                for (Annotation annotation : method.getAnnotations()) {
                    HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
                    if (http != null) {
                        routes.add(new Route(template, template.replaceAll("\\{[^/]*}", "[^/]+") + "/?", http.value()));
                    }
                }
            }
        }
        return routes;
    }

    private static String path(Path path) {
        return path == null ? "" : "/" + path.value().replaceAll("^/|/$", "");
    }
}
