package io.stepwise.app.config;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;

/**
 * A duration from {@code min} to {@code max}, both in ISO 8601. Each of Hibernate Validator's own constraints checks
 * only one end.
 */
@Constraint(validatedBy = DurationRange.Validator.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface DurationRange {
    /** The smallest allowed value. */
    String min();

    /** The largest allowed value. */
    String max();

    /** The allowed range; the key and its value come before it. */
    String message() default "must be {min} … {max}";

    /** Required for every constraint. */
    Class<?>[] groups() default {};

    /** Required for every constraint. */
    Class<? extends Payload>[] payload() default {};

    /** Checks the range. */
    final class Validator implements ConstraintValidator<DurationRange, Duration> {
        private Duration min = Duration.ZERO;
        private Duration max = Duration.ZERO;

        @Override
        public void initialize(DurationRange range) {
            min = Duration.parse(range.min());
            max = Duration.parse(range.max());
        }

        @Override
        public boolean isValid(Duration value, ConstraintValidatorContext context) {
            return value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
        }
    }
}
