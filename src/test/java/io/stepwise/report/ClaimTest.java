package io.stepwise.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A verdict follows from the numbers: other numbers, another verdict. */
class ClaimTest {
    private static Claim claim(String beginning) {
        return Claim.ALL.stream()
                .filter(claim -> claim.text().startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }

    private static Claim.Verdict judged(String beginning, String json) throws Exception {
        return claim(beginning).judge(new JsonMapper().readTree(json.replace('\'', '"')));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "β may be cut | {'linear': {'signal_cut': 0.01}, 'sigmoid': {'signal_cut': 0.01},"
                        + " 'cosine': {'signal_cut': 0.02, 'signal': 0}} | true | cosine 0.0200",
                "β may be cut | {'linear': {'signal_cut': 0.01}, 'sigmoid': {'signal_cut': 0.01},"
                        + " 'cosine': {'signal_cut': 0.06, 'signal': 0}} | false | cosine 0.0600",
                "An image of diffusion | {'image': {'ddpm': 1, 'gan': 0.001}} | true | 1000 times",
                "An image of diffusion | {'image': {'ddpm': 1, 'gan': 0.1}} | false | 10 times",
                "1:5, it is right | {'updates_5': [{'accuracy': 0.5}, {'accuracy': 0.6}]} | true | 0.55",
                "1:5, it is right | {'updates_5': [{'accuracy': 0.9}, {'accuracy': 0.8}]} | false | 0.85",
                "Diffusion shifts | {'diffusion': [0.3, 0.2, 0.1], 'real': 0.01} | true | 0.300 at first",
                "Diffusion shifts | {'diffusion': [0.3, 0.2, 0.01], 'real': 0.01} | false | 0.010 at the end",
                "Averaging the weights | {'diffusion': [9, 0.2, 0.4], 'diffusion_ema': [9, 0.1, 0.1]} | true | 0.100 with",
                "Averaging the weights | {'diffusion': [9, 0.2, 0.4], 'diffusion_ema': [0, 0.2, 0.2]} | false | 0.300 without",
                "Learning the variance | {'learned': {'mean': 3, 'standard_error': 0.1}, 'fixed': {'mean': 4}} | true | 3.00 bits",
                "Learning the variance | {'learned': {'mean': 3, 'standard_error': 0.1}, 'fixed': {'mean': 3.05}} | false | 3.05"
            })
    void verdict_followsTheNumbers(String beginning, String json, boolean holds, String words) throws Exception {
        Claim.Verdict verdict = judged(beginning, json);

        assertThat(verdict.holds()).isEqualTo(holds);
        assertThat(verdict.numbers()).contains(words);
    }

    @Test
    void verdict_withoutItsNumbers_fails() {
        assertThatThrownBy(() -> judged("An image of diffusion", "{'image': {'ddpm': 1}}"))
                .hasMessage("/image/gan must be a number, and is ");
    }

    @Test
    void claims_areOfExperimentsThatThereAre() {
        assertThat(Claim.ALL).hasSizeGreaterThan(20).allSatisfy(claim -> assertThat(Experiment.ALL)
                .extracting(Experiment::name)
                .contains(claim.experiment()));
    }
}
