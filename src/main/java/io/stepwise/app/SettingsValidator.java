package io.stepwise.app;

import io.smallrye.config.ConfigMapping.NamingStrategy;
import io.smallrye.config.ConfigMappingInterface.Property;
import io.smallrye.config.validator.BeanValidationConfigValidator;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/** Checks the constraints of {@link StepwiseConfig}; what is wrong names the key, its value and what is allowed. */
final class SettingsValidator implements BeanValidationConfigValidator {
    private final Validator validator = Validation.byDefaultProvider()
            .configure()
            .ignoreXmlConfiguration()
            .messageInterpolator(new ParameterMessageInterpolator()) // needs no expression language
            .buildValidatorFactory()
            .getValidator();

    @Override
    public Validator getValidator() {
        return validator;
    }

    @Override
    public String interpolateMessage(
            String path, NamingStrategy naming, Property property, ConstraintViolation<?> violation) {
        Object value = violation.getInvalidValue();
        return path + "." + naming.apply(property.getPropertyName()) + " is "
                + (value instanceof String ? "\"" + value + "\"" : value) + ", " + violation.getMessage();
    }
}
