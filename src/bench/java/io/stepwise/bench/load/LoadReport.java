package io.stepwise.bench.load;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.stepwise.image.Pixels;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All results of a run of {@link LoadBench}. */
public final class LoadReport {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new SimpleModule()
                    .addSerializer(Double.class, new Figures())
                    .addSerializer(double.class, new Figures()))
            .build();

    private final Map<String, Object> setting;
    private final List<Finding> findings;

    /**
     * Creates a report.
     *
     * @param setting the configuration and the machine; the first fields of the report
     */
    LoadReport(Map<String, Object> setting, List<Finding> findings) {
        this.setting = new LinkedHashMap<>(setting);
        this.findings = List.copyOf(findings);
    }

    /** The report as one JSON document: the setting, the headlines, then the figures of each scenario. */
    public String json() throws JsonProcessingException {
        Map<String, Object> document = new LinkedHashMap<>(setting);
        findings.forEach(finding -> document.putAll(finding.headlines()));
        findings.forEach(finding -> document.put(finding.name(), finding));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    }

    /** The report as text: lines that each end with a line feed. */
    public String text() {
        StringBuilder text = new StringBuilder();
        setting.forEach((name, value) -> text.append(text.length() == 0 ? "" : ", ")
                .append(name.replace('_', ' '))
                .append(' ')
                .append(value));
        text.append('\n');
        findings.forEach(finding -> text.append('\n').append(finding.text()));
        return text.toString();
    }

    /** A plot of stretch against load for every system; empty if there was no mixed sweep. */
    public Optional<Pixels> plot() {
        return findings.stream()
                .filter(MixedFinding.class::isInstance)
                .findFirst()
                .map(finding -> ((MixedFinding) finding).plot());
    }

    /** Rounds to five significant digits; null if the value is not finite. */
    private static final class Figures extends StdSerializer<Double> {
        private static final long serialVersionUID = 1L;
        private static final MathContext DIGITS = new MathContext(5);

        Figures() {
            super(Double.class);
        }

        @Override
        public void serialize(Double value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (Double.isFinite(value)) {
                BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
                out.writeNumber(rounded.toPlainString());
            } else {
                out.writeNull();
            }
        }
    }
}
