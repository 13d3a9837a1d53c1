package io.stepwise.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** {@code openapi.yaml} has every method of every resource, and no other. */
class RoutesTest {
    @Test
    void operations_areTheMethodsOfTheResources() throws IOException {
        Set<String> served = new TreeSet<>();
        for (JavaClass each : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.stepwise")) {
            if (each.isAnnotatedWith(Path.class)) {
                String path = each.getAnnotationOfType(Path.class).value();
                each.getMethods().forEach(method -> addTo(served, path, method));
            }
        }

        Set<String> documented = new TreeSet<>();
        ContractDocument.read(java.nio.file.Path.of("openapi.yaml"))
                .operations()
                .forEach(operation -> documented.add(operation.toString()));
        assertThat(documented).hasSizeGreaterThan(30).isEqualTo(served);
    }

    private static void addTo(Set<String> served, String path, JavaMethod method) {
        String below =
                method.tryGetAnnotationOfType(Path.class).map(Path::value).orElse("");
        String whole = "/" + (path + "/" + below).replaceAll("^/+|/+$", "").replaceAll("/+", "/");
        method.getAnnotations().stream()
                .map(annotation -> annotation.getRawType())
                .filter(type -> type.isAnnotatedWith(HttpMethod.class))
                .forEach(type ->
                        served.add(type.getAnnotationOfType(HttpMethod.class).value() + " " + whole));
    }
}
