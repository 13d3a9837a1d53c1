package io.stepwise.contract;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Every row of the HTTP contract, over HTTP, against the packaged application that {@code .ci/contract} has started. Rows
 * are added where they belong: each part of the contract has a class of its own, and each row a line there.
 */
@EnabledIfSystemProperty(named = "contract.url", matches = "http://.*")
class ContractRowsTest {
    private final Service service =
            new Service(System.getProperty("contract.url", ""), System.getProperty("contract.key", ""));
    private final Service guest = service.with(System.getProperty("contract.guest", ""));

    @TestFactory
    Stream<DynamicNode> rows() {
        return Stream.of(
                dynamicContainer("Generate", new GenerateRows(service).all()),
                dynamicContainer("Generate, other forms", new GenerateFormRows(service).all()),
                dynamicContainer("Train", new TrainRows(service).all()),
                dynamicContainer("Models", new ModelRows(service).all()),
                dynamicContainer("Beside it", new BesideRows(service).all()),
                dynamicContainer("Errors", new ErrorRows(service, guest).all()));
    }
}
