package io.stepwise.app.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMapping.NamingStrategy;
import io.smallrye.config.ConfigMappingInterface.Property;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import io.smallrye.config.validator.BeanValidationConfigValidator;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;

/**
 * Checks the constraints of {@link StepwiseConfig}. An error names the key, its value and the allowed range. It checks
 * only the settings that the user has set, because creating a validator takes a third of a second; a test checks the
 * program's own defaults.
 */
final class SettingsValidator implements BeanValidationConfigValidator {
    private final Predicate<String> isSetByUser;
    private @Nullable Validator validator;

    /** @param isSetByUser whether the user has set this key */
    SettingsValidator(Predicate<String> isSetByUser) {
        this.isSetByUser = isSetByUser;
    }

    /** @throws ConfigValidationException if a value is out of its range */
    void check(StepwiseConfig settings) {
        String prefix = StepwiseConfig.class.getAnnotation(ConfigMapping.class).prefix();
        validateMapping(StepwiseConfig.class, prefix, settings);
    }

    @Override
    public Validator getValidator() {
        if (validator == null) {
            validator = Validation.byDefaultProvider()
                    .configure()
                    .ignoreXmlConfiguration()
                    .messageInterpolator(new ParameterMessageInterpolator()) // needs no expression language
                    .buildValidatorFactory()
                    .getValidator();
        }
        return validator;
    }

    @Override
    public void validatePropertyValue(
            Property property, String path, NamingStrategy naming, Object group, List<Problem> problems) {
        boolean isConstrained = Arrays.stream(property.getMethod().getAnnotations())
                .anyMatch(each -> each.annotationType().isAnnotationPresent(Constraint.class));
        if (isConstrained && isSetByUser.test(key(path, naming, property))) {
            BeanValidationConfigValidator.super.validatePropertyValue(property, path, naming, group, problems);
        }
    }

    @Override
    public void validateMappingClass(Object group, List<Problem> problems, String path) {
        // a group has no constraints of its own
    }

    @Override
    public String interpolateMessage(
            String path, NamingStrategy naming, Property property, ConstraintViolation<?> violation) {
        Object value = violation.getInvalidValue();
        return key(path, naming, property) + " is " + (value instanceof String ? "\"" + value + "\"" : value) + ", "
                + violation.getMessage();
    }

    private static String key(String path, NamingStrategy naming, Property property) {
        return path + "." + naming.apply(property.getPropertyName());
    }
}
