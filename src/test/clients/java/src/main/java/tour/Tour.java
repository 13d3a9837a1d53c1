package tour;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.client.ApiClient;
import io.stepwise.client.ApiException;
import io.stepwise.client.api.DatasetsApi;
import io.stepwise.client.api.GenerateApi;
import io.stepwise.client.api.ModelsApi;
import io.stepwise.client.api.TrainApi;
import io.stepwise.client.model.Dataset;
import io.stepwise.client.model.GenerateRequest;
import io.stepwise.client.model.GenerateRequestLabel;
import io.stepwise.client.model.GenerateRequestSeed;
import io.stepwise.client.model.GenerateResponse;
import io.stepwise.client.model.Model;
import io.stepwise.client.model.ModelVersion;
import io.stepwise.client.model.Problem;
import io.stepwise.client.model.TrainingJob;
import io.stepwise.client.model.TrainingSpecification;
import io.stepwise.client.model.TrainingSpecificationUnet;
import io.stepwise.client.model.UNetPreset;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.stream.Stream;

/** What a Java program does with the client that is made of openapi.yaml. Fails unless all of it works. */
public final class Tour {
    private final ApiClient client = new ApiClient();

    private Tour(String url) {
        client.updateBaseUri(url);
    }

    /** @param args where the service is, and a zip archive of pictures */
    public static void main(String[] args) throws Exception {
        Tour tour = new Tour(args[0]);
        tour.generate();
        tour.models();
        tour.train(new File(args[1]));
        tour.badInput();
        System.out.println("clients: the Java client has been everywhere");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    private void generate() throws Exception {
        GenerateRequest request = new GenerateRequest()
                .n(2)
                .steps(5)
                .seed(new GenerateRequestSeed("18446744073709551615"))
                .label(new GenerateRequestLabel("red"));
        GenerateResponse images = new GenerateApi(client).generate(null, request);
        require(images.getImages().size() == 2, "not two images");
        byte[] first = Base64.getDecoder().decode(images.getImages().get(0).getB64());
        require(isPng(first), "no PNG in the answer");

        HttpRequest png = HttpRequest.newBuilder(URI.create(client.getBaseUri() + "/generate"))
                .header("Accept", "image/png")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        new ObjectMapper().writeValueAsString(java.util.Map.of("steps", 5, "seed", 7))))
                .build();
        byte[] image = client.getHttpClient()
                .send(png, HttpResponse.BodyHandlers.ofByteArray())
                .body();
        require(isPng(image), "no PNG");
    }

    private static boolean isPng(byte[] bytes) {
        return Arrays.equals(Arrays.copyOf(bytes, 4), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    }

    private void models() throws ApiException {
        ModelsApi models = new ModelsApi(client);
        Model first = models.listModels().getModels().get(0);
        ModelVersion version =
                models.getModelVersion(first.getName(), first.getVersions().get(0).getVersion());
        File archive = models.exportModelVersion(first.getName(), version.getVersion());
        require(archive.length() > version.getManifest().getSize(), "the archive is too small");
        ModelVersion copy = models.importModelVersion("java-copy", archive);
        require(
                copy.getManifest().getCheckpointSha256().equals(version.getManifest().getCheckpointSha256()),
                "the copy has other weights");
    }

    private void train(File pictures) throws ApiException, IOException, InterruptedException {
        DatasetsApi datasets = new DatasetsApi(client);
        Dataset dataset = datasets.uploadDataset("java-pictures", pictures, null, null);
        require(dataset.getImages() == 2, "not two pictures: " + dataset);
        require(datasets.previewDataset("java-pictures", null, null, null, null).length() > 0, "no preview");

        TrainApi train = new TrainApi(client);
        TrainingJob job = train.train(new TrainingSpecification()
                .dataset("java-pictures")
                .model("java-trained")
                .steps(100_000)
                .batchSize(2)
                .unet(new TrainingSpecificationUnet(UNetPreset.TINY))
                .publish(TrainingSpecification.PublishEnum.NEVER));
        require(job.getState() == TrainingJob.StateEnum.QUEUED, "the job is " + job.getState());
        HttpRequest events = HttpRequest.newBuilder(
                        URI.create(client.getBaseUri() + "/train/" + job.getId() + "/events"))
                .header("Accept", "text/event-stream")
                .build();
        try (Stream<String> lines = client.getHttpClient()
                .send(events, HttpResponse.BodyHandlers.ofLines())
                .body()) {
            Iterator<String> line = lines.iterator();
            while (!line.next().equals("event:started")) {
                require(line.hasNext(), "the job never started");
            }
            train.cancelTrainingJob(job.getId());
            while (!line.next().equals("event:cancelled")) {
                require(line.hasNext(), "the job was never cancelled");
            }
        }
        require(
                train.getTrainingJob(job.getId()).getState() == TrainingJob.StateEnum.CANCELLED,
                "the job is not cancelled");
        require(!train.listTrainingJobs(null, 1, null).getJobs().isEmpty(), "no jobs");
    }

    private void badInput() throws IOException {
        try {
            new GenerateApi(client).generate(null, new GenerateRequest().n(0).steps(0));
            throw new IllegalStateException("bad input was taken");
        } catch (ApiException e) {
            Problem problem = client.getObjectMapper().readValue(e.getResponseBody(), Problem.class);
            require(problem.getStatus() == 422, "status " + problem.getStatus());
            require(problem.getType().equals("/problems/invalid-field"), problem.getType());
            require(problem.getErrors().size() == 2, "not both fields: " + problem.getErrors());
        }
    }
}
