package io.stepwise.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of diffusers' {@code UNet2DModel}: every key of its {@code config.json}, with the same meaning and
 * the same names in camel case.
 *
 * @param sampleHeight rows of a sample; null when the configuration leaves the size open
 * @param sampleWidth columns of a sample; null together with {@code sampleHeight}
 * @param inChannels channels of the input, at least 1
 * @param outChannels channels of the output, at least 1; twice {@code inChannels} when the variance is learned
 * @param centerInputSample map an input in [0,1] to [-1,1] first
 * @param timeEmbeddingType how a timestep becomes a vector
 * @param timeEmbeddingDim width of the time embedding; null means four times the first block's channels
 * @param freqShift subtracted from half the width in the exponent of the sinusoidal frequencies
 * @param flipSinToCos cosine half first (diffusers' default); false in google's checkpoints
 * @param downBlockTypes one per level, from the full resolution down
 * @param midBlockType null for none
 * @param upBlockTypes one per level, from the lowest resolution up
 * @param blockOutChannels channels per level, from the full resolution down
 * @param layersPerBlock residual blocks per level on the way down; one more on the way up
 * @param midBlockScaleFactor what the middle block's residual sums are divided by
 * @param downsamplePadding 1 is symmetric; 0 pads the right and the bottom only
 * @param downsampleType conv or resnet
 * @param upsampleType conv or resnet
 * @param dropout probability in [0,1) while training
 * @param actFn activation inside the residual blocks; the last one is always SiLU
 * @param attentionHeadDim channels per head; null is one head
 * @param normNumGroups groups of every group norm
 * @param attnNormNumGroups groups of the middle attention's norm; null means {@code normNumGroups}
 * @param normEps group norm's epsilon
 * @param resnetTimeScaleShift how the time embedding enters a residual block
 * @param classEmbedType null with {@code numClassEmbeds} is a lookup table
 * @param numClassEmbeds rows of that table; null for an unconditional model
 * @param numTrainTimesteps rows of the learned time embedding; null otherwise
 * @param addAttention whether the middle block has attention
 */
public record UNetConfig(
        @Nullable Integer sampleHeight,
        @Nullable Integer sampleWidth,
        int inChannels,
        int outChannels,
        boolean centerInputSample,
        TimeEmbeddingType timeEmbeddingType,
        @Nullable Integer timeEmbeddingDim,
        double freqShift,
        boolean flipSinToCos,
        List<String> downBlockTypes,
        @Nullable String midBlockType,
        List<String> upBlockTypes,
        List<Integer> blockOutChannels,
        int layersPerBlock,
        double midBlockScaleFactor,
        int downsamplePadding,
        ResampleType downsampleType,
        ResampleType upsampleType,
        double dropout,
        ActFn actFn,
        @Nullable Integer attentionHeadDim,
        int normNumGroups,
        @Nullable Integer attnNormNumGroups,
        double normEps,
        TimeScaleShift resnetTimeScaleShift,
        @Nullable ClassEmbedType classEmbedType,
        @Nullable Integer numClassEmbeds,
        @Nullable Integer numTrainTimesteps,
        boolean addAttention) {

    /** How a timestep becomes a vector; names as in {@code config.json}. */
    public enum TimeEmbeddingType {
        POSITIONAL,
        FOURIER,
        LEARNED
    }

    /** How a level changes resolution; names as in {@code config.json}. */
    public enum ResampleType {
        CONV,
        RESNET
    }

    /** Activation functions; {@code swish} reads as SILU. */
    public enum ActFn {
        SILU,
        MISH,
        GELU,
        RELU
    }

    /** {@code default}: added after the first convolution; {@code scale_shift}: scales and shifts the second norm. */
    public enum TimeScaleShift {
        DEFAULT,
        SCALE_SHIFT
    }

    /** What turns a class label into a vector when it is not a plain table. */
    public enum ClassEmbedType {
        TIMESTEP,
        IDENTITY
    }

    /** Width of the time embedding. */
    public int timeDim() {
        return timeEmbeddingDim == null ? 4 * blockOutChannels.get(0) : timeEmbeddingDim;
    }
}
